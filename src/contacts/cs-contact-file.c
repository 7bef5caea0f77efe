/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "contacts/cs-contact-file.h"
#include "contacts/cs-contact-table.h"
#include "contacts/cs-vcard-reader.h"
#include "csv/cs-text-encoding.h"

#include <string.h>

#define SNIFFED (4 * 1024)

/* Whether the text begins as a vCard does. Others may stand before it, but no line of a table does. */
static gboolean
begins_as_vcard (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  return g_ascii_strncasecmp (text, "BEGIN:VCARD", strlen ("BEGIN:VCARD")) == 0;
}

static gboolean
sniff_vcard (GFile         *file,
             gboolean      *is_vcard,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GFileInputStream) raw = g_file_read (file, cancellable, error);
  g_autoptr (GInputStream) stream = NULL;
  char start[SNIFFED + 1] = "";
  CsTextEncoding encoding;
  gsize n_read;

  if (raw == NULL)
    return FALSE;
  stream = cs_text_encoding_open (G_INPUT_STREAM (raw), &encoding, cancellable, error);
  if (stream == NULL || !g_input_stream_read_all (stream, start, SNIFFED, &n_read, cancellable, error))
    return FALSE;
  *is_vcard = begins_as_vcard (start);
  return TRUE;
}

/* Looks at a file's beginning: whether it is a vCard, else how its columns are to be understood. Blocking: use it in a worker
 * thread. Errors of G_IO_ERROR, CS_CSV_ERROR or CS_CONTACT_ERROR. */
CsContactPreview *
cs_contact_file_preview (GFile         *file,
                         GCancellable  *cancellable,
                         GError       **error)
{
  g_autoptr (CsContactPreview) self = g_new0 (CsContactPreview, 1);
  g_autoptr (GFileInputStream) stream = NULL;

  if (!sniff_vcard (file, &self->is_vcard, cancellable, error))
    return NULL;
  if (self->is_vcard)
    return g_steal_pointer (&self);

  stream = g_file_read (file, cancellable, error);
  if (stream == NULL || !cs_contact_table_preview (G_INPUT_STREAM (stream), self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* Reads the contacts of a vCard (columns NULL) or of a table. Blocking: use it in a worker thread. Errors as above; what is wrong
 * with single lines is no error. */
CsContactImport *
cs_contact_file_read (GFile                   *file,
                      const CsContactColumns  *columns,
                      GCancellable            *cancellable,
                      GError                 **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);

  if (stream == NULL)
    return NULL;
  if (columns != NULL)
    return cs_contact_table_read (G_INPUT_STREAM (stream), columns, cancellable, error);
  return cs_vcard_reader_read (G_INPUT_STREAM (stream), cancellable, error);
}
