/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The real program, headless, with a data folder of its own. */
typedef struct {
  GPid pid;
  guint16 webhook_port;
  double ready_ms;      /* from its start to its ready line */
} Program;

Program program_start (const char    *data_dir);
void    program_stop  (const Program *program);

G_END_DECLS
