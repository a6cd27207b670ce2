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

uint64_t domain_form(const struct domain *d, int template)
{
	uint64_t h = hash_bytes(DOMAIN_FORM, strlen(DOMAIN_FORM));
	struct shown_prompt shown = {0};
	uint8_t tokens[ANSWER_LEN + 1];
	struct prompt p;

	if (d->parse(d->example, &p) != ST_OK)
		BUG("%s: the example is no question: %s", d->name, error_message());
	p.template = (uint8_t) template;
	prompt_show(&p, NULL, &shown);
	h = mix64(h, hash_bytes(shown.row, sizeof(shown.row[0]) * (size_t)shown.n));
	h = mix64(h, hash_bytes(shown.about, sizeof(shown.about)));
	for (int n = 0; n <= ANSWER_LEN && (n == 0 || tokens[n - 1] != TOK_EOS); n++) {
		int slot;
		uint64_t legal = prompt_next(&p, true, tokens, n, &slot);

		h = mix64(h, hash_place(legal, slot));
		tokens[n] = (uint8_t)(63 - __builtin_clzll(legal)); /* pointers before operators: the answer ends */
	}
	return h;
}

/* Where a recipe's "forms" have the domain, and what stands there. */
struct form_entry {
	char key[64], form[17];
};

static struct form_entry describe_form(const struct domain *d, int template)
{
	struct form_entry e;

	snprintf(e.key, sizeof(e.key), template == TEMPLATE_PLAIN ? "%s" : "%s/%s", d->name,
		 template_table[template].name);
	snprintf(e.form, sizeof(e.form), "%016llx", (unsigned long long)domain_form(d, template));
	return e;
}

void task_forms_note(const struct task_mix *mix, int template, cJSON *recipe)
{
	cJSON *forms = cJSON_GetObjectItemCaseSensitive(recipe, "forms");

	if (!forms)
		forms = cJSON_AddObjectToObject(recipe, "forms");
	for (int i = 0; i < mix->n; i++) {
		struct form_entry e = describe_form(mix->level[i].domain, template);

		cJSON_DeleteItemFromObjectCaseSensitive(forms, e.key);
		cJSON_AddStringToObject(forms, e.key, e.form);
	}
}

static bool is_of_template(const cJSON *form, int template)
{
	const char *slash = strchr(form->string, '/');

	return strcmp(slash ? slash + 1 : template_table[TEMPLATE_PLAIN].name, template_table[template].name) == 0;
}

static bool knows_template(const struct policy *p, int template)
{
	const cJSON *form;

	cJSON_ArrayForEach(form, cJSON_GetObjectItemCaseSensitive(
					 p->recipe, "forms")) if (is_of_template(form, template)) return true;
	return false;
}

int task_policy_template(const struct policy *p)
{
	for (int i = 0; i < TEMPLATES; i++)
		if (knows_template(p, i))
			return i;
	return TEMPLATE_PLAIN;
}

/* A domain that the weights were never taught has no form yet. */
static enum status check_form(const struct policy *p, const struct domain *d, int template)
{
	const cJSON *forms = cJSON_GetObjectItemCaseSensitive(p->recipe, "forms");
	struct form_entry e = describe_form(d, template);
	const cJSON *known = cJSON_GetObjectItemCaseSensitive(forms, e.key);

	if (forms && !knows_template(p, template))
		return fail(ST_WEIGHTS,
			    "%s: was taught questions in template %s, not in %s; --any-template asks all the same",
			    p->path, template_table[task_policy_template(p)].name, template_table[template].name);
	if (!forms || (known && !(cJSON_IsString(known) && strcmp(known->valuestring, e.form) == 0)))
		return fail(ST_WEIGHTS,
			    "%s: was taught questions of %s in another form than this program asks them; "
			    "--any-template asks all the same",
			    p->path, d->name);
	return ST_OK;
}

enum status task_policy_admits(const struct policy *p, const struct domain *d, int template, bool any_form)
{
	uint64_t missing = d->tokens & ~p->known_tokens;

	if (missing)
		return fail(ST_WEIGHTS, "%s: does not know the token %s, which answers of %s want", p->path,
			    task_vocabulary.name(__builtin_ctzll(missing)), d->name);
	return any_form ? ST_OK : check_form(p, d, template);
}

enum status task_policy_load(struct policy *p, const char *path)
{
	TRY(policy_load_language(p, path, &task_vocabulary));
	if (p->encoding == ENCODING_SYMBOLS && p->config.max_len > ANSWER_LEN)
		return ST_OK;
	policy_release(p);
	return fail(ST_WEIGHTS, "%s: has no room for answers of %d tokens, or is shown no symbols", path, ANSWER_LEN);
}
