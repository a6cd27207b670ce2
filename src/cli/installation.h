/* installation.h — this installation: what info and doctor print about it. */
#ifndef EQRL_INSTALLATION_H
#define EQRL_INSTALLATION_H

#include "eqrl/base/error.h"

/* Version, processor, kernels, BLAS, threads, memory. */
void installation_print_host(void);

/* Where learner, weights, configurations are searched and what is found. */
void installation_print_paths(void);

/* Checks everything, one line each; the status of the worst. Loads the learner, hence libtorch. */
enum status installation_check(void);

#endif
