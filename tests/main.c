/* main.c — runs every registered test, or those whose file/name contains one of the arguments. */
#include "test.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static struct test *tests;
static int failures; /* of the running test */
static const char *skip_reason;
static char dir[64];

void test_register(struct test *t)
{
	struct test **p = &tests;

	while (*p && (strcmp((*p)->file, t->file) < 0 || strcmp((*p)->file, t->file) == 0))
		p = &(*p)->next;
	t->next = *p;
	*p = t;
}

void test_failed(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	if (++failures > 10)
		return;
	printf("    %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void test_skip(const char *why)
{
	skip_reason = why;
}

int test_cases(int n)
{
	const char *all = getenv("EQRL_ALL_CASES");

	if (all && strcmp(all, "1") == 0)
		return n;
#if defined(__SANITIZE_ADDRESS__)
	n /= 10;
#endif
	return n < 5 ? 1 : n / 5;
}

const char *test_dir(void)
{
	if (!dir[0]) {
		strcpy(dir, "/tmp/eqrl-test-XXXXXX");
		if (!mkdtemp(dir))
			abort();
	}
	return dir;
}

static bool wanted(const struct test *t, int argc, char **argv)
{
	if (argc < 2)
		return true;
	for (int i = 1; i < argc; i++)
		if (strstr(t->name, argv[i]) || strstr(t->file, argv[i]))
			return true;
	return false;
}

/* Seconds of processor time of this process and of the children that it waited for. */
static double spent_seconds(void)
{
	double sum = 0;

	for (int child = 0; child < 2; child++) {
		struct rusage u;

		if (getrusage(child ? RUSAGE_CHILDREN : RUSAGE_SELF, &u) == 0)
			sum += (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
			       1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
	}
	return sum;
}

int main(int argc, char **argv)
{
	const char *times = getenv("EQRL_TEST_TIMES");
	int passed = 0, failed = 0, skipped = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (struct test *t = tests; t; t = t->next) {
		if (!wanted(t, argc, argv))
			continue;
		double before = spent_seconds();

		failures = 0;
		skip_reason = NULL;
		t->run();
		if (times)
			printf("%8.3f s %s (%s)\n", spent_seconds() - before, t->name, t->file);
		if (failures) {
			failed++;
			printf("FAIL %s (%s)\n", t->name, t->file);
		} else if (skip_reason) {
			skipped++;
			printf("skip %s: %s\n", t->name, skip_reason);
		} else {
			passed++;
		}
	}
	if (dir[0]) {
		char command[128];

		snprintf(command, sizeof(command), "rm -rf '%s'", dir);
		if (system(command) != 0)
			printf("could not remove %s\n", dir);
	}
	if (skipped)
		printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	else
		printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
