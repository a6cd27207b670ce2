/* main.c — the program: one command line. */
#include "eqrl/cli/cli.h"
#include "results.h"

#include <signal.h>

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN); /* writes then fail with EPIPE … */
	signal(SIGXFSZ, SIG_IGN); /* … and beyond a limit on the size of files with EFBIG */
	results_open();
	return run_command_line(argc, argv);
}
