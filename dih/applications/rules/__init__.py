"""Pure decisions about applications: answers, tasks, money, days and what differs between versions."""
