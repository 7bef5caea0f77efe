/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In characters. */
#define CS_CONTACT_MAX_NAME 200
#define CS_CONTACT_MAX_NUMBER 40

/* A person or company and the numbers they call from. A number belongs to one contact at most. */
typedef struct {
  gint64 id;          /* in the database; 0 for one that isn't there yet */
  char *name;         /* (owned) */
  GPtrArray *numbers; /* (owned) (element-type utf8) as somebody wrote them */
} CsContact;

CsContact *cs_contact_new          (const char      *name);
CsContact *cs_contact_copy         (const CsContact *contact);
void       cs_contact_free         (CsContact       *contact);
gboolean   cs_contact_add_number   (CsContact       *contact,
                                    const char      *number);
char      *cs_contact_clean_name   (const char      *text);
char      *cs_contact_clean_number (const char      *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsContact, cs_contact_free)

G_END_DECLS
