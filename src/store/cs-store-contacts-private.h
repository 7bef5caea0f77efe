/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-contacts.h"

G_BEGIN_DECLS

/* The statements of one put or of one part of an import: too seldom needed to be kept. */
typedef struct {
  sqlite3_stmt *insert;      /* (owned) */
  sqlite3_stmt *rename;      /* (owned) */
  sqlite3_stmt *drop;        /* (owned) the contact's numbers */
  sqlite3_stmt *get_owner;   /* (owned) */
  sqlite3_stmt *take;        /* (owned) */
  sqlite3_stmt *drop_empty;  /* (owned) */
} CsContactWriter;

gboolean cs_contact_writer_init  (CsContactWriter  *writer,
                                  sqlite3          *db,
                                  GError          **error);
gint64   cs_contact_writer_put   (CsContactWriter  *writer,
                                  const CsContact  *contact,
                                  GError          **error);
void     cs_contact_writer_clear (CsContactWriter  *writer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsContactWriter, cs_contact_writer_clear)

G_END_DECLS
