/* form.c — which form of questions and answers weights were taught; see attempts.h. */
#include "eqrl/domain/attempts.h"

#include <stdio.h>
#include <string.h>

static uint64_t hash_name(int token)
{
	const char *name = task_vocabulary.name(token);

	return hash_bytes(name, strlen(name));
}

/* By names: the vocabulary may grow. */
static uint64_t hash_place(uint64_t legal, int slot)
{
	uint64_t sum = mix64(hash_name(slot % task_vocabulary.n), (uint64_t)(slot / task_vocabulary.n));

	for (; legal; legal &= legal - 1)
		sum += hash_name(__builtin_ctzll(legal));
	return sum;
}

uint64_t domain_form(const struct domain *d)
{
	uint64_t h = hash_bytes(DOMAIN_FORM, strlen(DOMAIN_FORM));
	struct shown_prompt shown = {0};
	uint8_t tokens[ANSWER_LEN + 1];
	struct prompt p;

	if (d->parse(d->example, &p) != ST_OK)
		BUG("%s: the example is no question: %s", d->name, error_message());
	d->show(&p, &shown);
	h = mix64(h, hash_bytes(shown.row, sizeof(shown.row[0]) * (size_t)shown.n));
	h = mix64(h, hash_bytes(shown.about, sizeof(shown.about)));
	for (int n = 0; n <= ANSWER_LEN && (n == 0 || tokens[n - 1] != TOK_EOS); n++) {
		int slot;
		uint64_t legal = d->next(&p, true, tokens, n, &slot);

		h = mix64(h, hash_place(legal, slot));
		tokens[n] = (uint8_t)(63 - __builtin_clzll(legal)); /* pointers before operators: the answer ends */
	}
	return h;
}

static void print_form(const struct domain *d, char out[17])
{
	snprintf(out, 17, "%016llx", (unsigned long long)domain_form(d));
}

void task_forms_note(const struct task_mix *mix, cJSON *recipe)
{
	cJSON *forms = cJSON_GetObjectItemCaseSensitive(recipe, "forms");

	if (!forms)
		forms = cJSON_AddObjectToObject(recipe, "forms");
	for (int i = 0; i < mix->n; i++) {
		const struct domain *d = mix->level[i].domain;
		char form[17];

		print_form(d, form);
		cJSON_DeleteItemFromObjectCaseSensitive(forms, d->name);
		cJSON_AddStringToObject(forms, d->name, form);
	}
}

/* A domain that the weights were never taught has no form yet. */
static enum status check_forms(const struct policy *p, const char *path, const struct task_mix *mix)
{
	const cJSON *forms = cJSON_GetObjectItemCaseSensitive(p->recipe, "forms");

	for (int i = 0; i < mix->n; i++) {
		const struct domain *d = mix->level[i].domain;
		const cJSON *known = cJSON_GetObjectItemCaseSensitive(forms, d->name);
		char form[17];

		print_form(d, form);
		if (!forms || (known && !(cJSON_IsString(known) && strcmp(known->valuestring, form) == 0)))
			return fail(ST_WEIGHTS,
				    "%s: was taught questions of %s in another form than this program asks them; "
				    "--any-template asks all the same",
				    path, d->name);
	}
	return ST_OK;
}

enum status task_policy_load(struct policy *p, const char *path, const struct task_mix *mix, bool any_form)
{
	enum status st;

	TRY(policy_load_language(p, path, &task_vocabulary));
	if (p->encoding != ENCODING_SYMBOLS || p->config.max_len <= ANSWER_LEN)
		st = fail(ST_WEIGHTS, "%s: has no room for answers of %d tokens, or is shown no symbols", path,
			  ANSWER_LEN);
	else
		st = any_form ? ST_OK : check_forms(p, path, mix);
	if (st != ST_OK)
		policy_release(p);
	return st;
}
