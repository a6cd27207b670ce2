/* test_ctorch.c — runs the program of tests/ctorch/, which is linked with libtorch as this one is
 * not. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

TEST(tests_of_the_training_graph_pass)
{
	const char *asked = getenv("EQRL_CTORCH_TEST"), *path = asked ? asked : "build/ctorch-test";
	char line[512];
	FILE *f;

	if (access(path, X_OK) != 0) {
		test_skip("build/ctorch-test is not there");
		return;
	}
	snprintf(line, sizeof(line), "'%s' 2>&1", path);
	f = popen(line, "r");
	CHECK(f != NULL);
	while (f && fgets(line, sizeof(line), f))
		printf("    ctorch: %s", line);
	CHECK(f && pclose(f) == 0);
}
