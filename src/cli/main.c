/* main.c — the program: one command line. */
#include "eqrl/base/ranks.h"
#include "eqrl/cli/cli.h"
#include "results.h"

#include <signal.h>

int main(int argc, char **argv)
{
	int st;

	signal(SIGPIPE, SIG_IGN); /* writes then fail with EPIPE … */
	signal(SIGXFSZ, SIG_IGN); /* … and beyond a limit on the size of files with EFBIG */
	ranks_begin(&argc, &argv);
	results_open();
	st = run_command_line(argc, argv);
	ranks_end();
	return st;
}
