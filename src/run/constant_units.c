/* constant_units.c — the units of an equation's constants, in words and as JSON; see unit_setup.h. */
#include "eqrl/run/unit_setup.h"

#include "eqrl/expr/print.h"

static bool read_unit_texts(const struct unit_texts *t, struct units *u)
{
	bool known = t->target != NULL, read = true;

	for (int c = 0; c < t->names->n && t->unit; c++)
		known |= t->unit[c] != NULL;
	if (!known)
		return false;
	units_init(u, t->names->n);
	for (int c = 0; c < t->names->n && t->unit; c++)
		read &= units_read(u, t->unit[c] ? t->unit[c] : "", &u->column[c]) == ST_OK;
	read &= units_read(u, t->target ? t->target : "", &u->target) == ST_OK;
	u->constants = UNIT_CONSTANTS_ANY;
	return read;
}

/* Integers carry units as other numbers do: they become literals behind the constants. */
static struct expr with_integers_as_literals(struct expr e)
{
	for (int i = 0; i < e.n && e.n_consts < EXPR_MAX_CONSTS; i++)
		if (e.node[i].op == OP_INT) {
			e.c[e.n_consts] = e.node[i].arg;
			e.node[i] = (struct node){OP_FIXED, (uint16_t)e.n_consts++};
		}
	return e;
}

void constant_units_find(const struct unit_texts *t, const struct expr *e, struct constant_units *out)
{
	struct units u = {0};

	*out = (struct constant_units){.known = read_unit_texts(t, &u), .e = with_integers_as_literals(*e)};
	if (out->known)
		out->consistent = units_of_constants(&u, &out->e, out->unit);
	if (out->known && !out->consistent)
		units_explain(&u, e, t->names, &out->why);
	units_release(&u);
}

void constant_units_release(struct constant_units *c)
{
	for (int k = 0; k < EXPR_MAX_CONSTS; k++)
		str_release(&c->unit[k]);
	str_release(&c->why);
}

void constant_units_list(const struct constant_units *c, struct str *out)
{
	int n = 0;

	for (int k = 0; k < c->e.n_consts; k++) {
		struct expr number = {0};

		if (c->unit[k].len == 0)
			continue;
		expr_push_const(&number, OP_FIXED, c->e.c[k]);
		str_add(out, n++ ? ", " : "");
		print_expr(out, &number, NULL, NOTATION_TEXT);
		str_addf(out, " %s", c->unit[k].data);
	}
}

void constant_units_words(const struct unit_texts *t, const struct expr *e, struct str *out)
{
	struct constant_units c;
	struct str list = {0};

	constant_units_find(t, e, &c);
	constant_units_list(&c, &list);
	if (c.known && !c.consistent)
		str_addf(out, "units are not consistent: %s\n", str_text(&c.why));
	else if (list.len)
		str_addf(out, "units of constants: %s\n", list.data);
	str_release(&list);
	constant_units_release(&c);
}

void constant_units_to_json(const struct unit_texts *t, const struct expr *e, cJSON *object)
{
	struct constant_units c;
	cJSON *o, *list;

	constant_units_find(t, e, &c);
	if (c.known) {
		o = cJSON_AddObjectToObject(object, "units");
		cJSON_AddBoolToObject(o, "consistent", c.consistent);
		if (c.why.len)
			cJSON_AddStringToObject(o, "why", c.why.data);
		list = cJSON_AddArrayToObject(o, "constants");
		for (int k = 0; k < c.e.n_consts; k++) {
			cJSON *item;

			if (c.unit[k].len == 0)
				continue;
			item = cJSON_CreateObject();
			if (k < e->n_consts)
				cJSON_AddNumberToObject(item, "index", k);
			cJSON_AddNumberToObject(item, "value", c.e.c[k]);
			cJSON_AddStringToObject(item, "unit", c.unit[k].data);
			cJSON_AddItemToArray(list, item);
		}
	}
	constant_units_release(&c);
}
