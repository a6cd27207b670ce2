/* weights.c — libFuzzer entry: any bytes give weights or a refusal, never a crash.
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Iinclude tests/fuzz/weights.c \
 *     src/policy/{encode,half,network,policy,weights}.c src/expr/{expr,grammar,op,vocab}.c \
 *     src/base/{error,file,mem,rng,str}.c -lcjson -lz -lmd -lm -o fuzz-weights
 * ./fuzz-weights -max_len=4096 CORPUS: seed it with a small file that policy_save wrote. */
#include "eqrl/policy/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every byte that a loaded file claims to have can be read. */
static unsigned touch(const struct tensor_file *f)
{
	unsigned sum = 0;

	for (int i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->entry[i].bytes; k++)
			sum += ((const unsigned char *)f->entry[i].data)[k];
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("weights", 0), result = 0;
	struct tensor_file f;
	struct policy p;
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (tensor_file_load(&f, path) == ST_OK) {
		result = touch(&f) == 12345;
		tensor_file_release(&f);
	}
	if (policy_load(&p, path) == ST_OK)
		policy_release(&p);
	close(fd);
	return result & 0;
}
