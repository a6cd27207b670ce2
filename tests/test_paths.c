/* test_paths.c — where learner, weights and configurations are found. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static char *put(const char *below)
{
	char *path = path_join(test_dir(), below);
	char *slash = strrchr(path, '/');

	*slash = '\0';
	CHECK_OK(dir_create(path));
	*slash = '/';
	CHECK_OK(file_write_atomic(path, "x", 1));
	return path;
}

static void check_found(enum path_kind kind, const char *name, const char *home, const char *exe, const char *want)
{
	char *found = NULL;

	CHECK_OK(path_find_from(kind, name, home, exe, &found));
	CHECK_STR(found, want);
	free(found);
}

TEST(an_installation_is_found_from_its_executable_wherever_it_stands)
{
	char *bin = path_join(test_dir(), "moved/opt/x/bin");
	char *library = put("moved/opt/x/lib/eqrl/libeqrl_learn.so");
	char *weights = put("moved/opt/x/share/eqrl/weights/default.safetensors");
	char *config = put("moved/opt/x/share/eqrl/configs/grpo.json");

	check_found(PATH_LEARNER, NULL, NULL, bin, library);
	check_found(PATH_WEIGHTS, NULL, NULL, bin, weights);
	check_found(PATH_CONFIG, "grpo", NULL, bin, config);
	check_found(PATH_CONFIG, "grpo.json", NULL, bin, config);
	free(bin);
	free(library);
	free(weights);
	free(config);
}

TEST(a_build_tree_is_found_from_its_executable)
{
	char *build = path_join(test_dir(), "tree/build");
	char *asan = path_join(test_dir(), "tree/build/asan");
	char *library = put("tree/build/libeqrl_learn.so");
	char *weights = put("tree/data/weights/default.safetensors");

	check_found(PATH_LEARNER, NULL, NULL, build, library);
	check_found(PATH_WEIGHTS, NULL, NULL, build, weights);
	check_found(PATH_WEIGHTS, "default", NULL, build, weights);
	check_found(PATH_WEIGHTS, NULL, NULL, asan, weights);
	free(build);
	free(asan);
	free(library);
	free(weights);
}

TEST(eqrl_home_wins_over_the_executables_place_at_its_top_and_below)
{
	char *home = path_join(test_dir(), "home");
	char *home2 = path_join(test_dir(), "home2");
	char *bin = path_join(test_dir(), "other/bin");
	char *other = put("other/share/eqrl/weights/default.safetensors");
	char *top = put("home/default.safetensors");
	char *below = put("home2/share/eqrl/weights/default.safetensors");
	char *library = put("home2/lib/eqrl/libeqrl_learn.so");

	check_found(PATH_WEIGHTS, NULL, NULL, bin, other);
	check_found(PATH_WEIGHTS, NULL, home, bin, top);
	check_found(PATH_WEIGHTS, NULL, home2, bin, below);
	check_found(PATH_LEARNER, NULL, home2, bin, library);
	check_found(PATH_WEIGHTS, NULL, "", bin, other);
	free(home);
	free(home2);
	free(bin);
	free(other);
	free(top);
	free(below);
	free(library);
}

TEST(a_path_is_taken_as_it_stands_and_must_exist)
{
	char *file = put("any/where.safetensors");
	char *found = NULL;

	check_found(PATH_WEIGHTS, file, "/nowhere", "/nowhere", file);
	CHECK_EQ(path_find_from(PATH_WEIGHTS, "/no/such.safetensors", NULL, "/", &found), ST_WEIGHTS);
	CHECK(found == NULL);
	CHECK_STR(error_message(), "/no/such.safetensors: no such file");
	free(file);
}

TEST(what_is_not_found_is_an_error_that_lists_the_places_searched)
{
	char *found = NULL;

	CHECK_EQ(path_find_from(PATH_LEARNER, NULL, "/eqrl/home", "/eqrl/bin", &found), ST_WEIGHTS);
	CHECK_STR(error_message(),
		  "libeqrl_learn.so: learner library not found; searched /eqrl/home /eqrl/home/lib/eqrl "
		  "/eqrl/home/build /eqrl/bin /eqrl/lib/eqrl (EQRL_HOME adds a place)");
	CHECK_EQ(path_find_from(PATH_CONFIG, "nope", NULL, "/eqrl/bin", &found), ST_USAGE);
}
