/* encoding.c — see encoding.h. */
#include "encoding.h"

#include <stdint.h>
#include <string.h>

enum encoding_of_text encoding_detect(const unsigned char *p, size_t n, size_t *mark)
{
	size_t zeros[2] = {0}, pairs;

	*mark = 2;
	if (n >= 2 && p[0] == 0xff && p[1] == 0xfe)
		return TEXT_UTF16LE;
	if (n >= 2 && p[0] == 0xfe && p[1] == 0xff)
		return TEXT_UTF16BE;
	*mark = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	n = n < 4096 ? n : 4096;
	pairs = n / 2;
	for (size_t i = 0; i < 2 * pairs; i++)
		zeros[i & 1] += p[i] == 0;
	/* numbers, commas and line ends are ASCII: their other halves are zero, and nothing else is */
	if (pairs >= 4 && zeros[1] > pairs / 2 && zeros[0] == 0)
		return TEXT_UTF16LE;
	if (pairs >= 4 && zeros[0] > pairs / 2 && zeros[1] == 0)
		return TEXT_UTF16BE;
	return TEXT_UTF8;
}

/* Length of the well-formed sequence at p (RFC 3629), 0 if there is none, -1 if n bytes are its beginning. */
static int sequence_length(const unsigned char *p, size_t n)
{
	int length = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
	unsigned char low = *p == 0xe0 ? 0xa0 : *p == 0xf0 ? 0x90 : 0x80;
	unsigned char high = *p == 0xed ? 0x9f : *p == 0xf4 ? 0x8f : 0xbf; /* no surrogates, none above U+10FFFF */

	for (int i = 1; i < length; i++) {
		if ((size_t)i == n)
			return -1;
		if (p[i] < (i == 1 ? low : 0x80) || p[i] > (i == 1 ? high : 0xbf))
			return 0;
	}
	return length;
}

size_t utf8_span(const unsigned char *p, size_t n, bool *cut)
{
	size_t i = 0;
	uint64_t part[4];
	int length;

	*cut = false;
	while (i < n) {
		if (n - i >= sizeof(part)) {
			memcpy(part, p + i, sizeof(part));
			if (((part[0] | part[1] | part[2] | part[3]) & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof(part);
				continue;
			}
		}
		length = sequence_length(p + i, n - i);
		if (length <= 0) {
			*cut = length < 0;
			return i;
		}
		i += (size_t)length;
	}
	return n;
}

static size_t put_utf8(char *out, uint32_t u)
{
	if (u < 0x80) {
		out[0] = (char)u;
		return 1;
	}
	if (u < 0x800) {
		out[0] = (char)(0xc0 | u >> 6);
		out[1] = (char)(0x80 | (u & 0x3f));
		return 2;
	}
	if (u < 0x10000) {
		out[0] = (char)(0xe0 | u >> 12);
		out[1] = (char)(0x80 | (u >> 6 & 0x3f));
		out[2] = (char)(0x80 | (u & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | u >> 18);
	out[1] = (char)(0x80 | (u >> 12 & 0x3f));
	out[2] = (char)(0x80 | (u >> 6 & 0x3f));
	out[3] = (char)(0x80 | (u & 0x3f));
	return 4;
}

/* Windows-1252 is Latin-1 but for these; its five gaps become U+FFFD. */
static uint32_t map_windows_1252(unsigned char c)
{
	static const uint16_t high[32] = {0x20ac, 0xfffd, 0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
					  0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0xfffd, 0x17d,  0xfffd,
					  0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
					  0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0xfffd, 0x17e,  0x178};

	return c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c;
}

static size_t convert_utf8(struct conversion *c, const unsigned char *p, size_t n, char *out)
{
	size_t n_out = 0;
	bool cut;

	for (;;) {
		size_t good = utf8_span(p + c->used, n - c->used, &cut);

		memcpy(out + n_out, p + c->used, good);
		n_out += good;
		c->used += good;
		if (c->used == n || (cut && !c->last))
			return n_out;
		n_out += put_utf8(out + n_out, map_windows_1252(p[c->used++]));
		c->foreign++;
	}
}

static size_t convert_utf16(struct conversion *c, const unsigned char *p, size_t n, char *out)
{
	size_t n_out = 0, i;
	int high = c->encoding == TEXT_UTF16LE;

	for (i = 0; i + 1 < n; i += 2) {
		uint32_t u = (uint32_t)p[i + (size_t)high] << 8 | p[i + (size_t)!high], next;

		if (u >= 0xd800 && u < 0xdc00) {
			if (i + 3 >= n && !c->last)
				break;
			next = i + 3 < n ? (uint32_t)p[i + 2 + (size_t)high] << 8 | p[i + 2 + (size_t)!high] : 0;
			if (next >= 0xdc00 && next < 0xe000) {
				u = 0x10000 + ((u - 0xd800) << 10) + (next - 0xdc00);
				i += 2;
			}
		}
		if (u >= 0xd800 && u < 0xe000) {
			u = 0xfffd; /* half of a pair */
			c->foreign++;
		}
		n_out += put_utf8(out + n_out, u);
	}
	c->used = i;
	if (c->last && i < n) {
		n_out += put_utf8(out + n_out, 0xfffd);
		c->used = n;
		c->foreign++;
	}
	return n_out;
}

size_t encoding_convert(struct conversion *c, const unsigned char *p, size_t n, char *out)
{
	c->used = 0;
	return c->encoding == TEXT_UTF8 ? convert_utf8(c, p, n, out) : convert_utf16(c, p, n, out);
}
