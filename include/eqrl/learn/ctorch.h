/* ctorch.h — the part of libtorch that eqrl needs, as C; the only door to it.
 *
 * Values   A ct_tensor * is a borrowed pointer to a tensor that lives in the thread's current scope and dies at its
 *          ct_scope_end(). ct_own() makes a handle that outlives scopes; it is given back with ct_drop(). Arguments are
 *          never consumed. Autograd keeps alive what the backward pass needs.
 * Errors   They are sticky, per thread. The first failure is kept as one line with the operation's name and libtorch's
 *          message; every later call returns NULL or 0 and does nothing until ct_clear_error(). It is enough to ask
 *          once per phase: if (!ct_ok()) … Scopes work on after a failure.
 * Threads  Scopes and errors are thread-local. Several threads may read owned tensors at once; nobody may write them
 *          meanwhile.
 * Shapes   SHAPE(B, T, D) expands to  3, (int64_t[]){B, T, D}. Negative dims count from the end. In comments S is the
 *          rows of all sequences below each other, D the width, K the rows of keys, V the vocabulary.
 * Types    f32 is what the program computes in. f64 exists to check gradients; bf16 only holds copies of weights for
 *          faster matrix products. */
#ifndef EQRL_CTORCH_H
#define EQRL_CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* clang-format off: it takes the braces for those of a block */
#define SHAPE(...)                                                                                                     \
	(int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[])                                         \
	{                                                                                                              \
		__VA_ARGS__                                                                                            \
	}
/* clang-format on */

typedef struct ct_tensor ct_tensor;
enum ct_dtype { CT_F32, CT_F64, CT_BF16, CT_I64, CT_U8 };
enum { CT_CPU = -1 }; /* a device is CT_CPU or a CUDA index ≥ 0 */
enum { CT_GRAD = 0, CT_NO_GRAD = 1 };

struct ct_scope {
	size_t mark;
	bool grad_before;
};

/* --- runtime and errors --- */

/* Prepares the process, before workers start: malloc keeps freed tensors (see ctorch.cpp), and libtorch, OpenMP and OpenBLAS
 * compute with one thread in whichever thread calls them. Calling it again changes nothing. */
void ct_init(void);
const char *ct_version(void); /* "libtorch 1.13.1, OpenBLAS SkylakeX" */

/* "cpu", "cuda", "cuda:1" → device. False if the name is none, or libtorch cannot use that device. */
bool ct_device(const char *name, int *device);
bool ct_has_bf16(int device); /* matrix products in bf16 are worth asking for */

/* For tests: from now on the network's pieces run on the CPU what they would run on a GPU. */
void ct_as_on_a_gpu(bool yes);

bool ct_ok(void);
const char *ct_error(void); /* "linear: mat1 and mat2 shapes cannot be multiplied (3x5 and 4x8)" */
void ct_clear_error(void);
int64_t ct_live(void); /* this thread's scoped tensors and all owned ones; 0 when nothing leaks */

/* --- scopes and ownership --- */

struct ct_scope ct_scope_begin(int mode); /* CT_GRAD or CT_NO_GRAD holds until its end */
void ct_scope_end(struct ct_scope s);	  /* frees what was made since, and restores the mode */
ct_tensor *ct_own(ct_tensor *t);	  /* a new handle on the same tensor; NULL gives NULL */
void ct_drop(ct_tensor *t);		  /* NULL is fine */

/* --- create, move, look --- */

ct_tensor *ct_zeros(enum ct_dtype type, int device, int n_dims, const int64_t *shape);

/* Copies; data may go at once. */
ct_tensor *ct_from_host(const void *data, enum ct_dtype type, int device, int n_dims, const int64_t *shape);

/* The same for large arrays, but data has to stay as it is until the device has caught up, which ct_item() and ct_to_host()
 * wait for. Nobody waits for the copy if data lies in memory of ct_shared(). */
ct_tensor *ct_from_shared(const void *data, enum ct_dtype type, int device, int n_dims, const int64_t *shape);

/* Host memory that the device reads by itself, as a u8 tensor; and its address. */
ct_tensor *ct_shared(int device, size_t bytes);
void *ct_shared_data(ct_tensor *shared);

ct_tensor *ct_to(ct_tensor *t, enum ct_dtype type);
bool ct_to_host(ct_tensor *t, void *out, size_t bytes); /* fails unless bytes is the tensor's size */
float *ct_floats(ct_tensor *t); /* the memory of a contiguous f32 tensor on the CPU; else it fails */
int64_t ct_size(ct_tensor *t, int dim);
int64_t ct_numel(ct_tensor *t);
double ct_item(ct_tensor *t); /* the one element; waits for the device */

/* --- shape --- */

ct_tensor *ct_reshape(ct_tensor *t, int n_dims, const int64_t *shape);
ct_tensor *ct_slice(ct_tensor *t, int dim, int64_t begin, int64_t end); /* a view */

/* --- arithmetic (broadcasting as in libtorch) --- */

ct_tensor *ct_add(ct_tensor *a, ct_tensor *b);
ct_tensor *ct_sub(ct_tensor *a, ct_tensor *b);
ct_tensor *ct_mul(ct_tensor *a, ct_tensor *b);
ct_tensor *ct_affine(ct_tensor *t, double scale, double shift);
ct_tensor *ct_exp(ct_tensor *t);
ct_tensor *ct_clamp(ct_tensor *t, double low, double high);
ct_tensor *ct_minimum(ct_tensor *a, ct_tensor *b);
ct_tensor *ct_sum(ct_tensor *t); /* of everything */

/* --- network pieces --- */

ct_tensor *ct_embedding(ct_tensor *table, ct_tensor *index);

/* Gain and bias of a layer norm with eps 1e-5. */
struct ct_norm {
	ct_tensor *gain, *bias;
};
ct_tensor *ct_layer_norm(ct_tensor *x, const struct ct_norm *norm);

/* A linear layer y = x wᵀ + bias with x (S, in), w (out, in), bias (out). With half, which is w in bf16, the pieces below
 * compute the products of both passes in bf16; ct_linear() does not. With half NULL they are in w's own type. */
struct ct_matrix {
	ct_tensor *w, *bias, *half;
};
ct_tensor *ct_linear(ct_tensor *x, const struct ct_matrix *m);

/* m2(GELU(m1(x))) without a norm, and x + m2(GELU(m1(norm(x)))) with one. GELU is its tanh approximation. */
ct_tensor *ct_mlp(ct_tensor *x, const struct ct_norm *norm, const struct ct_matrix *m1, const struct ct_matrix *m2);

/* Attention between ragged groups of rows: rows q … q+n_q-1 attend to rows k … k+n_k-1 and to nothing else. No row may be a
 * query of two spans. Rows that are in no span attend to nothing and get zeros. */
struct ct_span {
	int q, n_q, k, n_k;
};
struct ct_spans {
	const struct ct_span *span; /* copied */
	int n, heads;
	bool causal;			/* n_q = n_k, and row i sees rows 0 … i of its span */
	ct_tensor *q_begins, *k_begins; /* written by ct_spans_lay(), else NULL */
};

/* Lays the spans out as a GPU wants them, once for all layers that use them and until the scope ends, provided that they
 * cover q_rows rows of queries and k_rows rows of keys without gaps. On the CPU it does nothing. */
void ct_spans_lay(struct ct_spans *s, int64_t q_rows, int64_t k_rows, int device);

/* x + out(attention(qkv(norm(x)))) for x (S, D). qkv writes (S, 3D): queries, keys and values side by side. */
ct_tensor *ct_self_attention(ct_tensor *x, const struct ct_norm *norm, const struct ct_matrix *qkv,
			     const struct ct_matrix *out, const struct ct_spans *spans);

/* x + out(attention(q(norm(x)), kv(keys))) for x (S, D), keys (K, D). kv writes (K, 2D): keys and values side by side. */
ct_tensor *ct_cross_attention(ct_tensor *x, const struct ct_norm *norm, ct_tensor *keys, const struct ct_matrix *q,
			      const struct ct_matrix *kv, const struct ct_matrix *out, const struct ct_spans *spans);

/* Over the last dim. legal is u8 of the same shape: entries with 0 get −inf, and no share of the probability. */
ct_tensor *ct_log_softmax(ct_tensor *logits, ct_tensor *legal);
ct_tensor *ct_pick(ct_tensor *t, ct_tensor *index);	/* (S, V), (S) → (S) */
ct_tensor *ct_is_largest(ct_tensor *t, ct_tensor *x);	/* (S, V), (S) → (S): 1 where no entry exceeds x */
ct_tensor *ct_entropy(ct_tensor *logp);			/* (S, V) → (S): −Σ p log p, 0·log 0 = 0 */
ct_tensor *ct_kl(ct_tensor *logp, ct_tensor *logp_ref); /* (S, V) → (S): Σ p (log p − log p_ref) */

/* --- autograd and in-place updates (never recorded by autograd) --- */

/* An owned leaf that shares t's memory. If it is trained, ct_grads() can be asked for its gradient. */
ct_tensor *ct_leaf(ct_tensor *t, bool trained);

/* Writes d loss / d leaf[i] into out[i], which lives in the scope; NULL if leaf[i] is not trained or has no influence. */
void ct_grads(ct_tensor *loss, ct_tensor *const *leaf, int n, ct_tensor **out);

void ct_copy_(ct_tensor *dst, ct_tensor *src); /* converts to the type of dst */

/* dst[i] += src[i]; pairs of which either is NULL are passed over. */
void ct_add_(ct_tensor *const *dst, ct_tensor *const *src, int n);
void ct_zero_(ct_tensor *t);
double ct_l2_norm(ct_tensor *t);

/* One AdamW step on p, m, v with gradient g · scale (Loshchilov and Hutter 2019). */
struct ct_adamw {
	double lr, beta1, beta2, eps, decay, scale;
	int64_t step; /* 1 for the first */
	ct_tensor
		*decayed; /* read by ct_adamw_() alone: 1 where p decays and 0 where not; NULL: it decays everywhere */
};
void ct_adamw_(ct_tensor *p, ct_tensor *m, ct_tensor *v, ct_tensor *g, const struct ct_adamw *a);

#ifdef __cplusplus
}
#endif

#endif
