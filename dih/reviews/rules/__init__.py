"""Pure decisions about reviews: marks and totals, ranking, who fits what."""
