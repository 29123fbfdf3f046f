"""A post and a subreddit as Reddit's JSON has them."""

from typing import Any

from sandbox.reddit.posts import Post


def submission(post: Post) -> dict[str, Any]:
    """A `t3` thing. The fields are a good part of the real ones, with the real types."""
    path = f"/r/{post.subreddit}/comments/{post.id}/{_slug(post.title)}/"
    self_post = post.link is None and post.crosspost_of is None
    data = {
        "subreddit": post.subreddit,
        "subreddit_name_prefixed": f"r/{post.subreddit}",
        "subreddit_type": "public",
        "selftext": post.body,
        "author": post.author,
        "author_fullname": f"t2_{abs(post.created) % 10**7:07d}",
        "title": post.title,
        "name": post.fullname,
        "id": post.id,
        "score": post.score,
        "ups": post.score,
        "downs": 0,
        "upvote_ratio": post.ratio,
        "num_comments": post.comments,
        "num_crossposts": 0,
        "link_flair_text": post.flair,
        "permalink": path,
        "url": post.link or f"https://www.reddit.com{path}",
        "domain": post.link.split("/")[2] if post.link else f"self.{post.subreddit}",
        "created": float(post.created),
        "created_utc": float(post.created),
        "edited": False,
        "distinguished": None,
        "is_self": self_post,
        "is_video": False,
        "over_18": False,
        "spoiler": False,
        "stickied": False,
        "locked": False,
        "archived": False,
        "removed_by_category": post.removed_by,
        "media": None,
    }
    return {"kind": "t3", "data": data | _crosspost(post)}


def _crosspost(post: Post) -> dict[str, Any]:
    if post.crosspost_of is None:
        return {}
    subreddit, parent = post.crosspost_of
    original = {"id": parent, "name": f"t3_{parent}", "subreddit": subreddit, "title": post.title}
    return {"crosspost_parent": f"t3_{parent}", "crosspost_parent_list": [original]}


def subreddit(name: str) -> dict[str, Any]:
    """A `t5` thing."""
    data = {
        "display_name": name,
        "display_name_prefixed": f"r/{name}",
        "name": f"t5_{name.lower()}",
        "id": name.lower(),
        "title": f"{name}, in the sandbox",
        "subreddit_type": "public",
        "subscribers": 100_000,
        "over18": False,
        "url": f"/r/{name}/",
        "created_utc": 1_200_000_000.0,
    }
    return {"kind": "t5", "data": data}


def _slug(title: str) -> str:
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title.lower()).split()
    return "_".join(words)[:50]
