/* test_forms.c — weights say which form of questions they were taught, and are refused where it is another one. */
#include "eqrl/domain/attempts.h"

#include "eqrl/base/file.h"
#include "test.h"

#include <stdlib.h>

static void save_weights(const char *path, const char *form)
{
	const struct net_config net = {.vocab = task_vocabulary.n,
				       .width = 16,
				       .heads = 2,
				       .ff = 32,
				       .encoder_layers = 1,
				       .decoder_layers = 1,
				       .latents = 2,
				       .points = PROMPT_ROWS,
				       .features = encoding_features(ENCODING_SYMBOLS),
				       .context = encoding_context(ENCODING_SYMBOLS),
				       .max_len = ANSWER_LEN + 1};
	struct task_mix kk = {1, {{&domain_kk, 2}}};
	struct policy p;

	policy_init_language(&p, &net, ENCODING_SYMBOLS, &task_vocabulary, 5);
	p.grammar_max_len = ANSWER_LEN;
	task_forms_note(&kk, TEMPLATE_PLAIN, p.recipe);
	if (form)
		cJSON_ReplaceItemInObject(cJSON_GetObjectItem(p.recipe, "forms"), "kk", cJSON_CreateString(form));
	CHECK_OK(policy_save(&p, path, DTYPE_F16));
	policy_release(&p);
}

TEST(weights_of_another_form_are_refused_unless_any_is_accepted)
{
	char *path = path_join(test_dir(), "tasks.safetensors");
	struct policy p;

	save_weights(path, NULL);
	CHECK_OK(task_policy_load(&p, path));
	CHECK_OK(task_policy_admits(&p, &domain_kk, TEMPLATE_PLAIN, false));
	CHECK_OK(task_policy_admits(&p, &domain_countdown, TEMPLATE_PLAIN, false));
	policy_release(&p);
	save_weights(path, "0123456789abcdef");
	CHECK_OK(task_policy_load(&p, path));
	CHECK_EQ(task_policy_admits(&p, &domain_kk, TEMPLATE_PLAIN, false), ST_WEIGHTS);
	CHECK(strstr(error_message(), "questions of kk in another form") != NULL);
	CHECK_OK(task_policy_admits(&p, &domain_countdown, TEMPLATE_PLAIN, false)); /* never taught */
	CHECK_OK(task_policy_admits(&p, &domain_kk, TEMPLATE_PLAIN, true));
	policy_release(&p);
	free(path);
}

/* Weights on disk refer to these. */
TEST(plain_forms_are_what_they_were)
{
	CHECK(domain_form(&domain_countdown, TEMPLATE_PLAIN) == 0xf56f54e36a2e9960);
	CHECK(domain_form(&domain_game24, TEMPLATE_PLAIN) == 0xecd11169e7d43a67);
	CHECK(domain_form(&domain_kk, TEMPLATE_PLAIN) == 0xd8bbe8f54f233ce0);
	CHECK(domain_form(&domain_zebra, TEMPLATE_PLAIN) == 0x53d0d7d0fc65f5b5);
}

TEST(forms_of_domains_and_templates_differ)
{
	uint64_t form[DOMAINS * TEMPLATES];

	for (int i = 0; i < DOMAINS * TEMPLATES; i++) {
		form[i] = domain_form(domain_table[i / TEMPLATES], i % TEMPLATES);
		for (int k = 0; k < i; k++)
			CHECK(form[k] != form[i]);
	}
}
