/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Why a request was refused. */
typedef enum {
  CS_REFUSAL_SIGNATURE,
  CS_REFUSAL_PATH,
  CS_REFUSAL_MALFORMED,
  CS_REFUSAL_SIZE,
  CS_REFUSAL_TIMEOUT,
} CsRefusal;

#define CS_N_REFUSALS 5
