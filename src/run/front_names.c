/* front_names.c — the names and units of a front's columns: copied, given back. */
#include "eqrl/base/mem.h"
#include "eqrl/run/front.h"

#include <stdlib.h>

void front_release(struct front *f)
{
	for (int i = 0; i < f->names.n; i++) {
		free((char *)f->names.column[i]);
		free(f->unit ? f->unit[i] : NULL);
	}
	free(f->unit);
	free(f->target_unit);
	free(f->form);
	f->form = NULL;
	f->unit = NULL;
	f->target_unit = NULL;
	free((void *)f->names.column);
	free((char *)f->names.target);
	f->names = (struct names){0};
	if (f->own_notes)
		notes_release(f->own_notes);
	free(f->own_notes);
	f->own_notes = NULL;
	f->notes = NULL;
	grouped_free(f->pareto.grouped);
	f->pareto.grouped = NULL;
	f->pareto.n = 0;
	f->pareto.chosen = -1;
}

void front_set_names(struct front *f, int n, const char *const *column, const char *target)
{
	const char **copy = xcalloc((size_t)n + 1, sizeof(*copy));

	for (int i = 0; i < n; i++)
		copy[i] = xstrdup(column[i]);
	f->names = (struct names){.n = n, .column = copy, .target = xstrdup(target)};
}

void front_set_form(struct front *f, const char *text)
{
	f->form = text ? xstrdup(text) : NULL;
}

void front_set_units(struct front *f, const char *const *unit, const char *target_unit)
{
	bool any = false;

	for (int i = 0; unit && i < f->names.n; i++)
		any |= unit[i] && *unit[i];
	f->unit = any ? xcalloc((size_t)f->names.n + 1, sizeof(*f->unit)) : NULL;
	for (int i = 0; any && i < f->names.n; i++)
		f->unit[i] = unit[i] ? xstrdup(unit[i]) : NULL;
	f->target_unit = target_unit ? xstrdup(target_unit) : NULL;
}
