/* main.c — runs every registered test, or those whose file/name contains one of the arguments. */
#include "test.h"

#include <stdarg.h>
#include <stdlib.h>
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

int main(int argc, char **argv)
{
	int passed = 0, failed = 0, skipped = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (struct test *t = tests; t; t = t->next) {
		if (!wanted(t, argc, argv))
			continue;
		failures = 0;
		skip_reason = NULL;
		t->run();
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
