/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A fake Exotel as a process of its own, with so many records of the last weeks. */
typedef struct _FakeProgram FakeProgram;

FakeProgram *fake_program_start   (guint              n_records);
void         fake_program_stop    (FakeProgram       *self);
const char  *fake_program_get_url (const FakeProgram *self);

G_END_DECLS
