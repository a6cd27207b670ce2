/* learner_load.c — see learner_load.h. */
#include "eqrl/rl/learner_load.h"

#include <dlfcn.h>
#include <string.h>

/* RTLD_LOCAL: libtorch's symbols stay out of the program's way. Builds of libtorch that bring their
 * own MKL (TORCH_DIR) also have to prefer their own symbols over the program's OpenBLAS; sanitizers
 * cannot live with that flag. */
static int open_flags(void)
{
	int flags = RTLD_NOW | RTLD_LOCAL;

#if defined(EQRL_TORCH_DIR) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	flags |= RTLD_DEEPBIND;
#endif
	return flags;
}

enum status learner_load(const char *path, const struct learner_api **api)
{
	const struct learner_api *(*get)(void);
	void *library, *symbol;

	*api = NULL;
	library = dlopen(path, open_flags());
	if (!library)
		return fail(ST_RESOURCE,
			    "cannot open the learner library: %s (learning needs libtorch: install "
			    "libtorch-dev and run make, or set EQRL_HOME to where eqrl is installed; train "
			    "--no-learn does without)",
			    dlerror());
	symbol = dlsym(library, "eqrl_learner_api");
	if (!symbol)
		return fail(ST_RESOURCE, "%s: not a learner library of eqrl (run make again)", path);
	memcpy(&get, &symbol, sizeof(get)); /* ISO C has no cast from object to function pointers */
	if (get()->abi != LEARNER_ABI)
		return fail(ST_RESOURCE,
			    "%s: made for another version of eqrl (interface %d, this program has %d): "
			    "run make again",
			    path, get()->abi, LEARNER_ABI);
	*api = get();
	return ST_OK;
}
