/* audit.h — private to eqrl tasks --check: tools that know nothing of this program, and their languages. */
#ifndef EQRL_CLI_AUDIT_H
#define EQRL_CLI_AUDIT_H

#include "eqrl/domain/domain.h"

#include <stdio.h>

/* A program that reads cases from standard input and writes its verdicts. */
struct audit_tool {
	const char *name;
	const char *probe;   /* a shell's command that succeeds where the tool is */
	const char *command; /* that runs it; %s is the path of its script */
	const char *script;
	int (*read)(FILE *f); /* the next verdict: 1 right, 0 wrong, -1 there is none */
};

/* How a domain's questions and answers are said in the language of its tool. */
struct auditor {
	const struct domain *domain;
	const struct audit_tool *tool;
	void (*write)(FILE *f, const struct prompt *p, const uint8_t *tokens, int n);
};

extern const struct auditor auditor_table[DOMAINS];

#endif
