/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A list keeps its first entries only; no group of users is as large. */
#define CS_SIPGATE_FORM_MAX_LIST 256

/* The decoded fields of one push, all valid UTF-8. */
typedef struct _CsSipgateForm CsSipgateForm;

CsSipgateForm      *cs_sipgate_form_parse    (GBytes         *body,
                                              GError        **error);
void                cs_sipgate_form_free     (CsSipgateForm  *form);
const char         *cs_sipgate_form_get      (CsSipgateForm  *form,
                                              const char     *name);
const char * const *cs_sipgate_form_get_list (CsSipgateForm  *form,
                                              const char     *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSipgateForm, cs_sipgate_form_free)

G_END_DECLS
