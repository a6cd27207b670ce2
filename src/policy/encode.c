/* encode.c — the network's view of a table; see encode.h.
 *
 * multiscale-1, per value v of a column with mean m, deviation s and mean log-magnitude g:
 *   z = (v-m)/s                     shape, whatever the units
 *   tanh(z), sin/cos(z·{1,2,4}·π/4) resolution where rows crowd
 *   log|v| - g                      power laws are straight lines in it
 *   sign v
 *   v/(1+|v|)                       the absolute value, where functions without constants bend
 * and per column, once: present, log-scale, offset in deviations, share of positive, zero, integer and
 * repeated values, spread of log|v|; and the number of points. */
#include "eqrl/policy/encode.h"

#include "eqrl/base/error.h"
#include "eqrl/expr/vocab.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum {
	COLUMNS = VOCAB_VARS + 1, /* the target comes last */
	SCALE_FEATURES = 12,
	SCALE_CONTEXT = 8,
	BIT_FEATURES = 32,
};

static const struct {
	const char *name;
	int per_value, per_column;
} encodings[ENCODING_COUNT] = {
	[ENCODING_MULTISCALE] = {"multiscale-1", SCALE_FEATURES, SCALE_CONTEXT},
	[ENCODING_BITS] = {"bits-1", BIT_FEATURES, SCALE_CONTEXT},
	[ENCODING_SYMBOLS] = {"symbols-1", SYMBOL_KINDS, SYMBOL_KINDS},
};

const char *encoding_name(enum encoding e)
{
	return encodings[e].name;
}

int encoding_find(const char *name)
{
	for (int e = 0; e < ENCODING_COUNT; e++)
		if (strcmp(encodings[e].name, name) == 0)
			return e;
	return -1;
}

int encoding_features(enum encoding e)
{
	return (e == ENCODING_SYMBOLS ? SYMBOL_FIELDS : COLUMNS) * encodings[e].per_value;
}

int encoding_context(enum encoding e)
{
	return e == ENCODING_SYMBOLS ? SYMBOL_FIELDS * SYMBOL_KINDS : COLUMNS * encodings[e].per_column + 1;
}

struct column_view {
	double mean, deviation, log_mean, log_deviation;
	double positive, zero, integer, repeated;
};

static double clamp(double v, double limit)
{
	return v > limit ? limit : v < -limit ? -limit : v == v ? v : 0; /* NaN: a range beyond doubles */
}

/* tanh, to the precision of a float */
static double squash(double v)
{
	return 1 - 2 / (exp(2 * v) + 1);
}

static double log_magnitude(double v)
{
	double a = fabs(v);

	return log(a < 1e-300 ? 1e-300 : a);
}

static struct column_view view_of(const double *v, int n)
{
	struct column_view c = {0};
	double peak = 0, sum = 0, squares = 0, log_sum = 0, log_squares = 0;
	int n_log = 0;

	for (int i = 0; i < n; i++)
		peak = fmax(peak, fabs(v[i]));
	if (peak == 0 || !isfinite(peak))
		peak = 1;
	for (int i = 0; i < n; i++) { /* in units of the peak, so that 1e300 does not overflow */
		double u = v[i] / peak;

		sum += u;
		c.positive += v[i] > 0;
		c.zero += v[i] == 0;
		c.integer += v[i] == nearbyint(v[i]);
		c.repeated += i > 0 && v[i] == v[i - 1];
		if (v[i] != 0) {
			log_sum += log_magnitude(v[i]);
			n_log++;
		}
	}
	c.mean = sum / n;
	c.log_mean = n_log ? log_sum / n_log : 0;
	for (int i = 0; i < n; i++) {
		double d = v[i] / peak - c.mean;

		squares += d * d;
		if (v[i] != 0) {
			d = log_magnitude(v[i]) - c.log_mean;
			log_squares += d * d;
		}
	}
	c.mean *= peak;
	c.deviation = sqrt(squares / n) * peak;
	if (!(c.deviation > 1e-12 * fabs(c.mean)) || c.deviation == 0)
		c.deviation = fmax(fabs(c.mean), 1e-300); /* constant in this sample */
	c.log_deviation = n_log ? sqrt(log_squares / n_log) : 0;
	c.positive /= n;
	c.zero /= n;
	c.integer /= n;
	c.repeated /= n;
	return c;
}

static void describe_column(const struct column_view *c, float *out)
{
	out[0] = 1;
	out[1] = (float)clamp(log10(c->deviation) / 5, 4);
	out[2] = (float)(clamp(c->mean / c->deviation, 20) / 5);
	out[3] = (float)c->positive;
	out[4] = (float)c->zero;
	out[5] = (float)c->integer;
	out[6] = (float)c->repeated;
	out[7] = (float)clamp(c->log_deviation / 2, 5);
}

static void encode_scale(double v, const struct column_view *c, float *out)
{
	double z = clamp((v - c->mean) / c->deviation, 6), w = z * 0.785398163397448;
	double l = v == 0 ? -4 : clamp(log_magnitude(v) - c->log_mean, 8);
	double sin1 = sin(w), cos1 = cos(w), sin2 = 2 * sin1 * cos1, cos2 = 1 - 2 * sin1 * sin1;

	out[0] = (float)(z / 2);
	out[1] = (float)squash(z);
	out[2] = (float)sin1;
	out[3] = (float)cos1;
	out[4] = (float)sin2;
	out[5] = (float)cos2;
	out[6] = (float)(2 * sin2 * cos2);
	out[7] = (float)(1 - 2 * sin2 * sin2);
	out[8] = (float)(l / 2);
	out[9] = (float)squash(l);
	out[10] = v > 0 ? 1 : v < 0 ? -1 : 0;
	out[11] = (float)(v / (1 + fabs(v)));
}

static void encode_bits(double v, float *out)
{
	float f = (float)clamp(v, 3e38);
	uint32_t bits;

	memcpy(&bits, &f, sizeof(bits));
	for (int b = 0; b < BIT_FEATURES; b++)
		out[b] = bits >> (31 - b) & 1 ? 1 : -1;
}

static void encode_column(enum encoding e, const double *v, int n, int column, float *points, float *context)
{
	int per_value = encodings[e].per_value, width = encoding_features(e);
	struct column_view c = view_of(v, n);

	describe_column(&c, context + column * encodings[e].per_column);
	for (int i = 0; i < n; i++) {
		float *out = points + (size_t)i * (size_t)width + column * per_value;

		if (e == ENCODING_BITS)
			encode_bits(v[i], out);
		else
			encode_scale(v[i], &c, out);
	}
}

void encode_rows(enum encoding e, const struct rows *rows, const int *column_of_slot, int n_slots, float *points,
		 float *context)
{
	int n = rows->n;

	if (n_slots > VOCAB_VARS)
		BUG("%d slots, the vocabulary has %d", n_slots, VOCAB_VARS);
	memset(points, 0, (size_t)n * (size_t)encoding_features(e) * sizeof(*points));
	memset(context, 0, (size_t)encoding_context(e) * sizeof(*context));
	for (int s = 0; s < n_slots; s++)
		encode_column(e, rows->x[column_of_slot ? column_of_slot[s] : s], n, s, points, context);
	encode_column(e, rows->y, n, VOCAB_VARS, points, context);
	context[encoding_context(e) - 1] = (float)(log(n) / 5);
}

/* One of SYMBOL_KINDS for each field; 0 sets nothing. */
static void mark_symbols(const uint8_t *row, float *out)
{
	memset(out, 0, SYMBOL_FIELDS * SYMBOL_KINDS * sizeof(*out));
	for (int f = 0; f < SYMBOL_FIELDS; f++) {
		if (row[f] >= SYMBOL_KINDS)
			BUG("symbol %d, there are %d", row[f], SYMBOL_KINDS);
		if (row[f])
			out[f * SYMBOL_KINDS + row[f]] = 1;
	}
}

void encode_symbols(const uint8_t *rows, int n, const uint8_t *about, float *points, float *context)
{
	for (int i = 0; i < n; i++)
		mark_symbols(rows + i * SYMBOL_FIELDS, points + i * SYMBOL_FIELDS * SYMBOL_KINDS);
	mark_symbols(about, context);
}
