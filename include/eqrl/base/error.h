/* error.h — three kinds of failure with three words.
 *
 * fail()   a user's mistake or an outside condition: returns a status, which is also the exit code,
 *          and keeps one line (what, where, what to do) for whoever prints it.
 * BUG()    a broken invariant: prints its place and aborts.
 * A failed evaluation of an equation is neither: it is data (see score.h).
 *
 * Threads: the message is thread-local. */
#ifndef EQRL_ERROR_H
#define EQRL_ERROR_H

enum status {
	ST_OK = 0,
	ST_INTERNAL = 1,   /* a library failed in a way that nobody planned for */
	ST_USAGE = 2,	   /* command line or configuration */
	ST_DATA = 3,	   /* data cannot be read or used */
	ST_WEIGHTS = 4,	   /* weights or checkpoint missing or unfit */
	ST_NOTHING = 5,	   /* finished without a valid equation */
	ST_RESOURCE = 6,   /* disk full, unwritable, out of memory */
	ST_TORCH = 7,	   /* libtorch failed */
	ST_NOT_FINITE = 8, /* a gradient is not finite; the caller passes over it, and it is no exit code */
	ST_INTERRUPTED = 130,
	ST_TERMINATED = 143,
};

#define TRY(call)                                                                                                      \
	do {                                                                                                           \
		enum status try_status_ = (call);                                                                      \
		if (try_status_ != ST_OK)                                                                              \
			return try_status_;                                                                            \
	} while (0)

#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)

/* Records the message (replacing an earlier one) and returns st. */
enum status fail(enum status st, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The last message of this thread, "" if none. Valid until the next fail() or fail_prefix(). */
const char *error_message(void);

/* Records why again, a copy of the message of st that is freed, unless st is ST_OK, and returns st: what was said first stays
 * after something else has failed. */
enum status fail_again(enum status st, char *why);

/* Puts "prefix: " before the recorded message and returns st, to add a place on the way up. */
enum status fail_prefix(enum status st, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Ends the process when memory or threads are gone: one line on stderr, exit status ST_RESOURCE, no exit handlers,
 * nothing allocated. Any thread may call it; of several only the first speaks. */
_Noreturn void end_without_resource(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

_Noreturn void bug_at(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
