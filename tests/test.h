/* test.h — TEST(name_says_what_must_hold) { CHECK(…); } — tests register themselves. */
#ifndef EQRL_TEST_H
#define EQRL_TEST_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct test {
	const char *file, *name;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *t);
void test_failed(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void test_skip(const char *why); /* the test counts as skipped, with the reason shown */

/* How many of n random cases a test goes through: all of them with EQRL_ALL_CASES=1 (make test-long), a fifth of them
 * otherwise, and a fiftieth under the sanitizers, which slow them down by as much. */
int test_cases(int n);

/* A directory for the test's files: made anew for the program's run, removed at its end. */
const char *test_dir(void);

#define TEST(id)                                                                                                       \
	static void test_##id(void);                                                                                   \
	__attribute__((constructor)) static void register_##id(void)                                                   \
	{                                                                                                              \
		static struct test t = {__FILE__, #id, test_##id, NULL};                                               \
		test_register(&t);                                                                                     \
	}                                                                                                              \
	static void test_##id(void)

#define CHECK(cond)                                                                                                    \
	do {                                                                                                           \
		if (!(cond))                                                                                           \
			test_failed(__FILE__, __LINE__, "%s", #cond);                                                  \
	} while (0)

#define CHECK_EQ(got, want)                                                                                            \
	do {                                                                                                           \
		long long got_ = (long long)(got), want_ = (long long)(want);                                          \
		if (got_ != want_)                                                                                     \
			test_failed(__FILE__, __LINE__, "%s is %lld, want %lld", #got, got_, want_);                   \
	} while (0)

#define CHECK_NEAR(got, want, tol)                                                                                     \
	do {                                                                                                           \
		double got_ = (got), want_ = (want);                                                                   \
		if (!(fabs(got_ - want_) <= (tol)))                                                                    \
			test_failed(__FILE__, __LINE__, "%s is %.17g, want %.17g within %g", #got, got_, want_,        \
				    (double)(tol));                                                                    \
	} while (0)

#define CHECK_STR(got, want)                                                                                           \
	do {                                                                                                           \
		const char *got_ = (got), *want_ = (want);                                                             \
		if (!got_ || strcmp(got_, want_) != 0)                                                                 \
			test_failed(__FILE__, __LINE__, "%s is \"%s\", want \"%s\"", #got, got_ ? got_ : "(null)",     \
				    want_);                                                                            \
	} while (0)

#define CHECK_OK(call)                                                                                                 \
	do {                                                                                                           \
		int st_ = (int)(call);                                                                                 \
		if (st_)                                                                                               \
			test_failed(__FILE__, __LINE__, "%s: status %d: %s", #call, st_, error_message());             \
	} while (0)

#endif
