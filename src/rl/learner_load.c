/* learner_load.c — see learner_load.h. */
#include "eqrl/rl/learner_load.h"

#include "eqrl/base/mem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOK_AT_STOP = 20 }; /* milliseconds between looks: an interrupt is felt as immediate below 100 */

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

/* ---- in a thread ----------------------------------------------------------------------------------- */

struct learner_loading {
	char *path;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t ended;
	bool over;
	enum status status;
	char *why; /* the message of a failure: messages belong to the thread that failed */
	const struct learner_api *api;
};

static void *open_in_thread(void *arg)
{
	struct learner_loading *l = arg;
	const struct learner_api *api;
	enum status st = learner_load(l->path, &api);

	pthread_mutex_lock(&l->lock);
	l->over = true;
	l->status = st;
	l->why = st == ST_OK ? NULL : xstrdup(error_message());
	l->api = api;
	pthread_cond_broadcast(&l->ended);
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

/* Without a thread, which the system may refuse, it is opened here and now. */
struct learner_loading *learner_load_start(const char *path)
{
	struct learner_loading *l = xcalloc(1, sizeof(*l));
	sigset_t all, before;

	l->path = xstrdup(path);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->ended, NULL);
	sigfillset(&all); /* signals belong to the main thread */
	pthread_sigmask(SIG_BLOCK, &all, &before);
	l->has_thread = pthread_create(&l->thread, NULL, open_in_thread, l) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!l->has_thread)
		open_in_thread(l);
	return l;
}

void learner_load_free(struct learner_loading *l)
{
	if (!l)
		return;
	if (l->has_thread)
		pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->ended);
	pthread_mutex_destroy(&l->lock);
	free(l->why);
	free(l->path);
	free(l);
}

bool learner_load_is_over(struct learner_loading *l)
{
	bool over;

	pthread_mutex_lock(&l->lock);
	over = l->over;
	pthread_mutex_unlock(&l->lock);
	return over;
}

static struct timespec next_look(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += LOOK_AT_STOP * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000L;
	t.tv_nsec %= 1000000000L;
	return t;
}

enum status learner_load_wait(struct learner_loading *l, const volatile int *stop, const struct learner_api **api)
{
	enum status st;

	pthread_mutex_lock(&l->lock);
	while (!l->over && !(stop && *stop)) {
		struct timespec until = next_look();

		pthread_cond_timedwait(&l->ended, &l->lock, &until);
	}
	*api = l->api;
	st = l->over ? l->status : ST_OK;
	if (st != ST_OK)
		fail(st, "%s", l->why);
	pthread_mutex_unlock(&l->lock);
	return st;
}
