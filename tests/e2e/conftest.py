"""What whoever started the tests ignores (`nohup`, a job in the background) the programs under test do not: some of them are
told to end by these signals."""
import signal

for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
