"""Values for a metric as CSV, one a day: `values.py FIRST LAST LEVEL`, days counted from today (-48 -25 10)."""

import datetime
import sys

NOISE = (0.4, -0.7, 0.2, 0.9, -0.5, -0.1, 0.6, -0.9, 0.1, 0.5, -0.3, -0.2)
first, last, level = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
sys.stdout.write("observed_at,value\n")
for number in range(first, last + 1):
    when = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=number)
    sys.stdout.write(f"{when}T06:00:00+00:00,{level + NOISE[number % 12]:.1f}\n")
