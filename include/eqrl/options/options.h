/* options.h — every option as one plain struct, made from options.def.
 *
 * Precedence: flag > --config file > default. The resolved set is written to the run directory and can
 * be fed back through --config. Parsing lives in src/cli/options.c; other layers only read the struct. */
#ifndef EQRL_OPTIONS_H
#define EQRL_OPTIONS_H

#include <stdint.h>

enum {
	CMD_TRAIN = 1,
	CMD_INFER = 2,
	CMD_PREDICT = 4,
	CMD_EVAL = 8,
	CMD_BENCH = 16,
	CMD_PRETRAIN = 32,
	CMD_INFO = 64,
	CMD_OPS = 128,
	CMD_DOCTOR = 256,
	CMD_HELP = 512,
	CMD_BATCH = 1024,
	CMD_FIT = 2048,
	CMD_EXPORT = 4096,
	CMD_TASKS = 8192,
	CMD_REPORT = 16384,
	CMD_ALL = 32767,
};

/* What else the column of commands says of an option: bits above those of the commands. */
enum {
	OPT_COMMON = 1 << 24,	 /* its command's help shows it without --all */
	OPT_ON_RESUME = 1 << 25, /* --resume may change it */
	OPT_NO_EFFECT = 1 << 26, /* it cannot change the result of a run with a given seed */
	OPT_TRAITS = 0x7f << 24,
};

#define OPT_TYPE_STRING	 const char *
#define OPT_TYPE_LIST	 const char *
#define OPT_TYPE_INT	 int64_t
#define OPT_TYPE_REAL	 double
#define OPT_TYPE_SECONDS double
#define OPT_TYPE_FLAG	 int
#define OPT_TYPE_CHOICE	 int

struct options {
#define SECTION(title)
#define OPT(member, flag, letter, KIND, ...) OPT_TYPE_##KIND member;
#include "eqrl/options/options.def"
#undef OPT
#undef SECTION
};

/* Indices of CHOICE members, in the order of their words in options.def; others are rows of the table that it names. */
enum { MISSING_DROP, MISSING_ERROR };
enum { SPLIT_RANDOM, SPLIT_TIME };
enum { LINEAR_SCALING_AUTO, LINEAR_SCALING_ON, LINEAR_SCALING_OFF };
enum { CHOOSE_UNIT_CONSTANTS, NO_UNIT_CONSTANTS, SCALE_UNIT_CONSTANTS, ANY_UNIT_CONSTANTS };
enum { KL_IN_LOSS, KL_IN_REWARD };
enum { PRECISION_AUTO, PRECISION_F32, PRECISION_BF16 };
enum { MASK_STRICT, MASK_LOOSE };
enum { FEEDBACK_NONE, FEEDBACK_SYMBOLIC };
enum { REPORT_AUTO, REPORT_TEXT, REPORT_MARKDOWN, REPORT_HTML };
enum { GUESS_FROM_AUTO, GUESS_FROM_PYSR, GUESS_FROM_OPERON, GUESS_FROM_SYMPY };
enum { LOG_JSONL, LOG_TENSORBOARD };
enum { TUNE_DECODER, TUNE_ALL };
enum { ARM_PRIOR, ARM_INFER, ARM_SCRATCH, ARM_TRAIN, ARM_EVOLVE, ARM_FULL };

#endif
