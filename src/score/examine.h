/* examine.h — private to src/score: what the certificates of feedback.h are issued from. */
#ifndef EQRL_SCORE_EXAMINE_H
#define EQRL_SCORE_EXAMINE_H

#include "eqrl/eval/metrics.h"
#include "eqrl/eval/tape.h"
#include "eqrl/score/feedback.h"

enum { TERMS_MAX = 16, CULPRITS_MAX = 8 };

/* How much of the equation has to be known for a certificate; later ones include earlier ones. */
enum evidence {
	EVIDENCE_TREE,	 /* the tree alone */
	EVIDENCE_FAULT,	 /* it is invalid */
	EVIDENCE_VALUES, /* every node has a value in every row */
	EVIDENCE_FIT,	 /* and its constants are as good as the scorer's */
};

/* A top-level additive term, as a regressor of the target beside an offset and the other terms. */
struct examined_term {
	int first, last;
	bool varies;
	double coefficient; /* of the regression, 0 when the terms before it span it */
	double rise;	    /* of FVU when it is left out and the others are fitted again */
	double price;	    /* rise that its constants must be worth */
};

/* A node without a finite value in a row in which its operands have one. */
struct culprit {
	int node, row;
	bool overflow; /* infinite because it is too large; otherwise it has no value there */
};

struct examiner {
	struct fitter *fitter;
	double *values; /* columns of some rows and a block each */
	size_t capacity;
	double *working; /* weights and targets of the squares that stand for a loss, the same length each */
	size_t working_capacity;
};

struct examination {
	struct examiner *by;
	const struct feedback_request *q;
	struct expr e; /* as written, with fitted constants */
	uint8_t end[EXPR_MAX_NODES];
	int parent[EXPR_MAX_NODES];
	bool reported[EXPR_MAX_NODES]; /* a fault includes this node already */
	enum verdict verdict;
	int n_culprits;
	struct culprit culprit[CULPRITS_MAX];
	bool has_values, trusted;
	struct target_moments target; /* by the rows' loss; of the rows below from the regression on */
	struct rows rows; /* of the request, or the squares that stand for their loss (loss.h) at the fitted values */
	struct node_stats stats[EXPR_MAX_NODES];
	double fvu;	  /* of the whole: the scorer's, else as it stands */
	double fvu_terms; /* of the regression on its terms */
	int n_terms;	  /* 0 when there is no regression */
	int left_out;	  /* of the regression; −1: none */
	struct examined_term term[TERMS_MAX];
	uint32_t unidentified; /* bit i is c[i] */
	double effect[EXPR_MAX_CONSTS];
	int same_as[EXPR_MAX_CONSTS]; /* constant that does the same, −1 */
};

/* Fits, evaluates and regresses. */
void examine(struct examiner *by, const struct feedback_request *q, struct examination *x);

/* culprit.c. Every node that is finite in fewer rows than each of its operands; the first such among all rows of the request,
 * for an equation that is finite on its sample. */
void examine_find_culprits(struct examination *x);
void examine_find_culprit_beyond(struct examination *x);

/* terms.c. The squares that stand for the rows' loss at the values of the equation; the regression on its terms. */
void examine_begin_squares(struct examination *x);
void examine_find_terms(struct examination *x);

/* The output's mean square change, relative to the target's variance, when node i is held at its mean. */
double examine_holding(struct examination *x, int i);

static inline bool examination_has(const struct examination *x, int i, int j, enum op op)
{
	for (; i < j; i++)
		if (x->e.node[i].op == op)
			return true;
	return false;
}

/* Certificates issued here and by redundant.c. */
void feedback_report(struct examination *x, struct feedback *out, struct finding what);
void feedback_credit(struct feedback *out, int first, int last, float credit);
void find_cancelling(struct examination *x, struct feedback *out);

#endif
