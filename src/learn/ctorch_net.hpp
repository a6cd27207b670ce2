/* ctorch_net.hpp — what the fused and the composed pieces of a network share. */
#ifndef EQRL_CTORCH_NET_HPP
#define EQRL_CTORCH_NET_HPP

#include "ctorch_core.hpp"

#include <ATen/core/ivalue.h>
#include <torch/custom_class.h>
#include <vector>

namespace ct
{

/* What a piece needs beside tensors that are trained. */
struct Extras : torch::CustomClassHolder {
	bool half = false;		/* products in bf16 */
	std::vector<at::Tensor> halves; /* the matrices in bf16, in the order of the arguments */
	std::vector<struct ct_span> spans;
	at::Tensor q_begins, k_begins; /* of spans without gaps, on a GPU; or undefined */
	int heads = 1;
	bool causal = false;

	/* What stands for matrix w, the i-th of the piece, in a product. */
	const at::Tensor &product(size_t i, const at::Tensor &w) const
	{
		return half ? halves[i] : w;
	}
};

/* Compositions of libtorch's operations, for any type and device, in which nothing is in bf16. */
at::Tensor layer_norm(const at::Tensor &x, const at::Tensor &gain, const at::Tensor &bias);
at::Tensor mlp(const at::Tensor &x, const at::Tensor &w1, const at::Tensor &b1,
	       const at::Tensor &w2, const at::Tensor &b2);
/* q (S, D), kv (K, 2D) → (S, D) */
at::Tensor attention(const at::Tensor &q, const at::Tensor &kv, const Extras &e);

/* --- attention on a GPU, q and kv with their biases; if they are one tensor it is q, k, v side by side. In bf16 on
 * spans without gaps it is libtorch's fused one, else dense. --- */

struct Attended {
	at::Tensor out;		      /* (S, D), zeros in rows that no span asks for */
	std::vector<at::Tensor> kept; /* for the backward pass */
};
Attended gpu_attend(const Extras &e, const at::Tensor &q, const at::Tensor &kv);
/* {dq, dkv}, one tensor if q and kv are. */
std::vector<at::Tensor> gpu_attend_backward(const Extras &e, const at::Tensor &q,
					    const at::Tensor &kv, const Attended &seen,
					    const at::Tensor &d_out);

} // namespace ct

#endif
