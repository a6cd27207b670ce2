/* host.c — what a result may depend on besides the command line: program, processor, libraries. */
#include "eqrl/run/host.h"

#include "eqrl/eval/kernels.h"
#include "eqrl/options/command.h"
#include "eqrl/run/inputs.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef EQRL_GIT
#define EQRL_GIT ""
#endif

static void processor_name(char *out, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256];

	snprintf(out, size, "unknown");
	while (f && fgets(line, sizeof(line), f)) {
		const char *value = strchr(line, ':');

		if (strncmp(line, "model name", 10) != 0 || !value)
			continue;
		value += strspn(value, ": \t");
		snprintf(out, size, "%.*s", (int)strcspn(value, "\n"), value);
		break;
	}
	if (f)
		fclose(f);
}

cJSON *host_record(void)
{
	cJSON *h = cJSON_CreateObject();
	const char *core_type = getenv("OPENBLAS_CORETYPE");
	char text[256];

	cJSON_AddStringToObject(h, "version", EQRL_VERSION);
	if (*EQRL_GIT)
		cJSON_AddStringToObject(h, "git", EQRL_GIT);
	if (gethostname(text, sizeof(text)) != 0)
		strcpy(text, "unknown");
	text[sizeof(text) - 1] = '\0';
	cJSON_AddStringToObject(h, "host", text);
	processor_name(text, sizeof(text));
	cJSON_AddStringToObject(h, "cpu", text);
	cJSON_AddNumberToObject(h, "cores", threads_wanted(&(struct options){0}));
	cJSON_AddStringToObject(h, "kernels", kernels_choose()->name);
	cJSON_AddStringToObject(h, "blas_kernel", openblas_get_corename());
	cJSON_AddStringToObject(h, "blas", openblas_get_config());
	if (core_type)
		cJSON_AddStringToObject(h, "openblas_coretype", core_type);
	return h;
}
