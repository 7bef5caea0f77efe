/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "engine/cs-service.h"

G_BEGIN_DECLS

/* The way down: everything that the window wants done goes to the service thread by one of these two. The themes of the engine's
 * public functions (cs-engine-exotel.c …) are built on them. */

/* Does something on the service thread. */
typedef void (*CsServiceFunc) (CsService *service,
                               gpointer   data);

/* Does something on the service thread that has a result: whenever it is there the task is given it. */
typedef void (*CsServiceTaskFunc) (CsService *service,
                                   GTask     *task);

/* Takes data. Where the engine doesn't run nothing happens. */
void cs_engine_send (CsEngine          *self,
                     CsServiceFunc      func,
                     gpointer           data,
                     GDestroyNotify     destroy);

/* Takes the task, made on the caller's thread with what func needs as its data; its callback runs there again. Where the engine
 * doesn't run it fails with G_IO_ERROR_NOT_CONNECTED. */
void cs_engine_ask  (CsEngine          *self,
                     CsServiceTaskFunc  func,
                     GTask             *task);

void cs_engine_resume_import   (CsService *service);
void cs_engine_resume_deletion (CsService *service);

G_END_DECLS
