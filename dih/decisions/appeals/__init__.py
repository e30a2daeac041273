"""Appeals: filed by the applicant in time, heard by somebody who had no part in the decision, upheld or dismissed."""
