/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many telephones a Dial may ring at once. */
#define CS_SIPGATE_RESPONSE_MAX_NUMBERS 5

typedef enum {
  CS_SIPGATE_REJECT_REJECTED, /* the caller hears that the call was rejected */
  CS_SIPGATE_REJECT_BUSY,     /* the caller hears the busy tone */
} CsSipgateReject;

/* The XML answer to one push: where to send what comes next, and at most one action. */
typedef struct _CsSipgateResponse CsSipgateResponse;

CsSipgateResponse *cs_sipgate_response_new           (const char         *on_answer,
                                                      const char         *on_hangup);
void               cs_sipgate_response_free          (CsSipgateResponse  *response);
void               cs_sipgate_response_set_dial      (CsSipgateResponse  *response,
                                                      const char * const *numbers,
                                                      const char         *caller_id,
                                                      gboolean            is_anonymous);
void               cs_sipgate_response_set_voicemail (CsSipgateResponse  *response,
                                                      const char         *caller_id,
                                                      gboolean            is_anonymous);
void               cs_sipgate_response_set_play      (CsSipgateResponse  *response,
                                                      const char         *url);
void               cs_sipgate_response_set_gather    (CsSipgateResponse  *response,
                                                      const char         *on_data,
                                                      guint               max_digits,
                                                      guint               timeout_ms,
                                                      const char         *play_url);
void               cs_sipgate_response_set_reject    (CsSipgateResponse  *response,
                                                      CsSipgateReject     reason);
void               cs_sipgate_response_set_hangup    (CsSipgateResponse  *response);
GBytes            *cs_sipgate_response_to_bytes      (CsSipgateResponse  *response);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSipgateResponse, cs_sipgate_response_free)

G_END_DECLS
