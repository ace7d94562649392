"""`python -m sjj` is the console command."""

from sjj.cli import main

main()
