"""`python -m monitor.cli` is `claimwatch`."""

from monitor.cli import main

main()
