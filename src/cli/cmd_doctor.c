/* cmd_doctor.c — eqrl doctor: the installation and whether it works. */
#include "eqrl/cli/cli.h"
#include "installation.h"

#include <stdio.h>

int cmd_doctor(struct invocation *inv)
{
	enum status st;

	installation_print_host();
	installation_print_paths();
	putchar('\n');
	st = installation_check();
	fail(st, "%s", ""); /* told already, one line each */
	return st;
}
