/* formats.c — files of other programs, by their first bytes, and the command that makes a table of each. */
#include "bytes.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct format {
	const char *magic;
	size_t length;
	const char *what, *command; /* %s in command: the file */
};

#define PANDAS(reader) "python3 -c \"import pandas; pandas." reader "('%s').to_csv('table.csv', index=False)\""

static const struct format formats[] = {
	{"PK\3\4", 4, "is a zip archive", "unzip '%s'"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "is an old Excel workbook (.xls)", "libreoffice --convert-to csv '%s'"},
	{"PAR1", 4, "is a Parquet file", PANDAS("read_parquet")},
	{"ARROW1", 6, "is an Arrow file (Feather)", PANDAS("read_feather")},
	{"\x89HDF\r\n", 6, "is an HDF5 file", PANDAS("read_hdf")},
	{"MATLAB 5.0", 10, "is a MATLAB file",
	 "python3 -c \"import scipy.io; print(scipy.io.loadmat('%s').keys())\" (then save one array with "
	 "numpy.savetxt)"},
	{"\x93NUMPY", 6, "is a NumPy array",
	 "python3 -c \"import numpy; numpy.savetxt('table.csv', numpy.load('%s'), delimiter=',')\""},
	{"SQLite format 3", 15, "is an SQLite database", "sqlite3 -header -csv '%s' 'SELECT * FROM NAME' > table.csv"},
	{"SIMPLE  =", 9, "is a FITS file",
	 "python3 -c \"from astropy.table import Table; Table.read('%s').write('table.csv')\""},
	{"CDF\1", 4, "is a netCDF file",
	 "python3 -c \"import xarray; xarray.open_dataset('%s').to_dataframe().to_csv('table.csv')\""},
	{"%PDF", 4, "is a PDF document", "pdftotext -layout '%s' table.txt"},
	{"BZh", 3, "is packed by bzip2", "bunzip2 -k '%s'"},
	{"\xfd"
	 "7zXZ",
	 5, "is packed by xz", "unxz -k '%s'"},
	{"\x28\xb5\x2f\xfd", 4, "is packed by zstd", "unzstd '%s'"},
	{"\xff\xfe\0\0", 4, "is UTF-32 text", "iconv -f UTF-32 -t UTF-8 '%s' > table.csv"},
	{"\0\0\xfe\xff", 4, "is UTF-32 text", "iconv -f UTF-32 -t UTF-8 '%s' > table.csv"},
};

static const struct format excel = {NULL, 0, "is an Excel workbook (.xlsx)", "libreoffice --convert-to csv '%s'"};
static const struct format calc = {NULL, 0, "is a spreadsheet (.ods)", "libreoffice --convert-to csv '%s'"};
static const struct format json = {NULL, 0, "is JSON, no table", PANDAS("read_json")};
static const struct format html = {NULL, 0, "is HTML or XML, no table",
				   "python3 -c \"import pandas; pandas.read_html('%s')[0].to_csv('table.csv', "
				   "index=False)\""};

/* '{' or '[' and then what JSON alone has there: a CSV file may begin with [s] or {a}. */
static bool is_json(const unsigned char *p, const unsigned char *end)
{
	unsigned char first = *p++;

	while (p < end && isspace(*p))
		p++;
	if (p == end)
		return false;
	return first == '{' ? *p == '"' || *p == '}' : first == '[' && (*p == '{' || *p == '[');
}

static bool begins_like_html(const unsigned char *p, size_t n)
{
	static const char *const words[] = {"<!doctype", "<html", "<?xml", "<table"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (n >= strlen(words[i]) && strncasecmp((const char *)p, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static const struct format *recognise_text(const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n;

	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (p < end && isspace(*p))
		p++;
	if (p < end && is_json(p, end))
		return &json;
	return begins_like_html(p, (size_t)(end - p)) ? &html : NULL;
}

static bool has_ending(const char *file, const char *ending)
{
	size_t n = strlen(file), k = strlen(ending);

	return n > k && strcasecmp(file + n - k, ending) == 0;
}

static const struct format *recognise(const char *file, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (n < formats[i].length || memcmp(p, formats[i].magic, formats[i].length) != 0)
			continue;
		if (i == 0 && (memmem(p, n, "xl/", 3) || has_ending(file, ".xlsx"))) /* its archive has this folder */
			return &excel;
		if (i == 0 && memmem(p, n, "opendocument.spreadsheet", 24))
			return &calc;
		return &formats[i];
	}
	return recognise_text(p, n);
}

enum status refuse_format(const char *file, const unsigned char *p, size_t n)
{
	const struct format *f = recognise(file, p, n);
	struct str command = {0};
	const char *at;

	if (!f)
		return ST_OK;
	at = strstr(f->command, "%s");
	str_addn(&command, f->command, (size_t)(at - f->command));
	str_add(&command, file);
	str_add(&command, at + 2);
	fail(ST_DATA, "%s: %s; make a CSV file of it, for instance: %s", file, f->what, command.data);
	str_release(&command);
	return ST_DATA;
}
