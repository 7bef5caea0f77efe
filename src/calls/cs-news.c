/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-news.h"

/* Makes news without particulars, to be filled in before it is shared. */
CsNews *
cs_news_new (CsNewsKind kind)
{
  CsNews *news = g_new0 (CsNews, 1);

  g_atomic_ref_count_init (&news->ref_count);
  news->kind = kind;
  return news;
}

CsNews *
cs_news_ref (CsNews *news)
{
  g_atomic_ref_count_inc (&news->ref_count);
  return news;
}

void
cs_news_unref (CsNews *news)
{
  if (!g_atomic_ref_count_dec (&news->ref_count))
    return;

  g_free (news->peer_key);
  g_free (news->peer);
  g_free (news->name);
  g_free (news->number);
  g_free (news);
}
