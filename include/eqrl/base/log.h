/* log.h — what a person has to know, on stderr. */
#ifndef EQRL_LOG_H
#define EQRL_LOG_H

/* "eqrl: …" on stderr, one line. It is not silenced by --quiet: it is for what may change the user's mind. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
