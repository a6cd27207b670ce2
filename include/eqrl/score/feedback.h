/* feedback.h — the evaluator's certificate: which tokens are at fault, and which carry the equation.
 *
 * Reinforcement learning via symbolic feedback (RLSF; Jha et al., arXiv 2405.16661): the tool that
 * checks an answer says where it is right and where wrong, and every token gets its own credit. Here
 * the tool is the evaluator, and the certificates are the rows of certificate_table:
 *
 *   domain        a node that has no value in a row in which its operands have one
 *   overflow      the same beyond the number range; values too large to be squared
 *   cancels       what the simplifier removes: exp(log(a)), -(-a), a - a, a/a, |a²|, like terms
 *   constant      a part whose value does not vary over the rows
 *   unidentified  a constant whose column of the Jacobian the columns before it span (squared sine of
 *                 the angle ≤ 1e-12), or by which nothing moves
 *   idle_term     a top-level term without which, the others' coefficients refitted, the error rises
 *                 by no more than the price of its constants (fit_price in fit.h)
 *   insensitive   a part which, held at its mean, moves the output by no more than 1e-9 of the
 *                 target's variance and 1 % of the error
 *   term          any other top-level term; credit: the decades of error that it takes off, of 8 (as in
 *                 the reward log_fvu); the operators of a sum have that of their weaker side
 *   verdict       the last element: −1 invalid, 0 no better than the mean, else R²
 *
 * With a loss other than squares, the regression on terms is that of the squares which stand for it at the equation's
 * values (loss_working_rows of loss.h). Where no score is given, because somebody asks for an explanation, rises are
 * those of the loss itself, the others' coefficients refitted by reweighting.
 *
 * Faults have credit −1, all else 0; where several speak of one token, the worst fault counts.
 *
 * The equation is looked at as it was written, node by node, since a node is a token: scoring strips it
 * to a canonical skeleton (score.h) whose nodes are others. A written equation's constants are fitted
 * here once more, on few rows and with few iterations; if that ends far from the score, certificates
 * that rest on fitted values are not given.
 *
 * Threads: one examiner per worker. Results depend on the request alone. Nothing fails. */
#ifndef EQRL_FEEDBACK_H
#define EQRL_FEEDBACK_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"
#include "eqrl/score/score.h"

#include <stdint.h>

enum certificate {
	CERTIFICATE_DOMAIN,
	CERTIFICATE_OVERFLOW,
	CERTIFICATE_CANCELS,
	CERTIFICATE_CONSTANT,
	CERTIFICATE_UNIDENTIFIED,
	CERTIFICATE_IDLE_TERM,
	CERTIFICATE_INSENSITIVE,
	CERTIFICATE_TERM,
	CERTIFICATE_VERDICT,
	CERTIFICATE_COUNT,
};

/* What a certificate says of nodes first … last.
 *   value  constant: its value; unidentified: effect of the constant, 0: none; idle_term and term: rise
 *          of FVU without it; insensitive: share of the target's variance that the output moves by;
 *          verdict: FVU; else NaN
 *   row    of the request's rows, domain and overflow; or −1
 *   other  unidentified: node of the constant that does the same, or −1 */
struct finding {
	enum certificate certificate;
	int first, last, other, row;
	double value;
};

enum { FEEDBACK_FINDINGS = 48 };

struct feedback {
	int n;				  /* nodes; credit[n] is the end token's */
	float credit[EXPR_MAX_NODES + 1]; /* in [−1, 1] */
	int n_findings;
	struct finding finding[FEEDBACK_FINDINGS];
};

struct feedback_request {
	const struct expr *written; /* in the policy's order; columns of the data set */
	const struct rows *rows;    /* with target: a sample is enough */
	const struct rows *all;	    /* begin with rows: where an invalid score's fault is; NULL: rows */
	const struct score *score;  /* what the scorer said of it; NULL: the equation as it stands */
	bool fit;		    /* free constants are placeholders: fit them first … */
	enum scaling scaling;	    /* … with the coefficients that scoring adds */
	uint64_t seed;
	uint32_t silent; /* bit per certificate that is reported but gives no credit */
};

struct examiner;

struct examiner *examiner_new(void);
void examiner_free(struct examiner *x); /* NULL is fine */

void feedback_make(struct examiner *x, const struct feedback_request *q, struct feedback *out);

/* What credit adds to the advantages of the tokens:  A_t = A_seq + λ (c_t − c̄).
 *
 * c̄ is the mean of c over the tokens at which the policy had a choice (more than one bit in legal[t]), so the
 * sequence's mean advantage there stays A_seq, and credit only moves it from token to token. Where one
 * token was legal, as always at the end token, nothing can be learned and nothing is added: the verdict on
 * the whole reaches the policy in A_seq. out[0 … n] = λ (c_t − c̄). */
void feedback_spread(const struct feedback *f, const uint64_t *legal, double weight, float *out);

struct examination; /* src/score/examine.h */

extern const struct certificate_row {
	const char *name, *doc;
	float credit; /* of the tokens that it speaks of; term and verdict: times their merit */
	int needs;    /* enum evidence of examine.h */
	void (*find)(struct examination *x, struct feedback *out);
} certificate_table[CERTIFICATE_COUNT];

#endif
