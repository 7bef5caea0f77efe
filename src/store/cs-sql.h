/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

#define CS_STORE_ERROR (cs_store_error_quark ())

typedef enum {
  CS_STORE_ERROR_FAILED,
  CS_STORE_ERROR_FULL,    /* no room on the disk; may pass */
  CS_STORE_ERROR_IO,      /* the disk doesn't take it; may pass */
  CS_STORE_ERROR_IN_USE,  /* another process has it */
  CS_STORE_ERROR_NEWER,   /* a later version of the program made it */
  CS_STORE_ERROR_CORRUPT, /* not a database, or a broken one */
} CsStoreError;

GQuark        cs_store_error_quark (void);
void          cs_sql_make_private  (const char    *path);
gboolean      cs_sql_fail          (sqlite3       *db,
                                    GError       **error);
gboolean      cs_sql_exec          (sqlite3       *db,
                                    const char    *sql,
                                    GError       **error);
sqlite3_stmt *cs_sql_prepare       (sqlite3       *db,
                                    const char    *sql,
                                    GError       **error);
gboolean      cs_sql_run           (sqlite3_stmt  *statement,
                                    GError       **error);
gboolean      cs_sql_next          (sqlite3_stmt  *statement,
                                    GError       **error);
void          cs_sql_bind_text     (sqlite3_stmt  *statement,
                                    int            index,
                                    const char    *text);
void          cs_sql_bind_time     (sqlite3_stmt  *statement,
                                    int            index,
                                    gint64         time_us);
char         *cs_sql_dup_text      (sqlite3_stmt  *statement,
                                    int            column);
gint64        cs_sql_get_time      (sqlite3_stmt  *statement,
                                    int            column);
gint64        cs_sql_get_number    (sqlite3       *db,
                                    const char    *sql,
                                    GError       **error);

G_END_DECLS
