"""Has the schedules of Temporal follow their rows, and the rows follow what is done to them there."""
