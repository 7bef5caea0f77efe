/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "contacts/cs-contact.h"

G_BEGIN_DECLS

#define CS_CONTACT_ERROR (cs_contact_error_quark ())

typedef enum {
  CS_CONTACT_ERROR_NO_CONTACTS, /* the file has nothing that could be one */
  CS_CONTACT_ERROR_TOO_MANY,
} CsContactError;

#define CS_CONTACT_IMPORT_MAX 250000
/* So many faults are kept with their reasons; further ones are counted. */
#define CS_CONTACT_IMPORT_MAX_FAULTS 1000

/* A line that was refused. */
typedef struct {
  guint64 line;
  char *reason; /* (owned) */
} CsContactFault;

/* What a file has of contacts, and what of it was refused. */
typedef struct {
  GPtrArray *contacts;    /* (owned) (element-type CsContact) */
  GPtrArray *faults;      /* (owned) (element-type CsContactFault) the first ones */
  guint n_faults;
  guint n_numberless;     /* contacts that nobody calls from: no fault, but of no use here */
} CsContactImport;

/* What a column of a table holds. */
typedef enum {
  CS_CONTACT_ROLE_NONE,
  CS_CONTACT_ROLE_NAME,
  CS_CONTACT_ROLE_GIVEN_NAME,
  CS_CONTACT_ROLE_FAMILY_NAME,
  CS_CONTACT_ROLE_COMPANY,
  CS_CONTACT_ROLE_NUMBER,
} CsContactRole;

#define CS_N_CONTACT_ROLES 6
#define CS_CONTACT_MAX_COLUMNS 256
#define CS_CONTACT_MAX_SAMPLES 5

/* How a table is read. */
typedef struct {
  gboolean has_header;
  guint n_columns;
  guchar roles[CS_CONTACT_MAX_COLUMNS]; /* CsContactRole */
} CsContactColumns;

/* The beginning of a file. */
typedef struct {
  gboolean is_vcard;
  char *encoding;            /* (owned) (nullable) of a table, as far as is known by then */
  GPtrArray *rows;           /* (owned) (element-type GStrv) of a table: the first ones, header included */
  CsContactColumns columns;  /* of a table, as it seems */
} CsContactPreview;

GQuark           cs_contact_error_quark      (void);

CsContactImport *cs_contact_import_new       (void);
void             cs_contact_import_free      (CsContactImport   *self);
void             cs_contact_import_add_fault (CsContactImport   *self,
                                              guint64            line,
                                              const char        *reason);
gboolean         cs_contact_import_add       (CsContactImport   *self,
                                              const char        *name,
                                              GPtrArray         *numbers,
                                              guint64            line,
                                              GError           **error);
void             cs_contact_preview_free     (CsContactPreview  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsContactImport, cs_contact_import_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsContactPreview, cs_contact_preview_free)

G_END_DECLS
