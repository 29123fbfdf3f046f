"""The comments of a post, made from its id when somebody asks for them: a tree, the best answers first."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.reddit import phrases
from sandbox.reddit.posts import Post, base36

_DEEPEST = 12
_DAYS = 2 * 86_400


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `parent`: the comment that it answers; None: the post."""

    id: str
    post: Post
    parent: str | None
    depth: int
    body: str
    author: str
    created: int
    score: int
    removed_by: str | None

    @property
    def fullname(self) -> str:
        """Reddit's name for it."""
        return f"t1_{self.id}"


@lru_cache(maxsize=200)
def comments_of(post: Post) -> Sequence[Comment]:
    """As many as the post says that it has, the best first; a comment's place says nothing about its depth."""
    dice = random.Random(f"comments:{post.id}")
    made: list[Comment] = []
    for number in range(post.comments):
        parent = dice.choice(made) if made and dice.random() < 0.55 else None
        if parent is not None and parent.depth == _DEEPEST:
            parent = None
        made.append(_comment(dice, post, number, parent))
    return sorted(made, key=lambda comment: comment.score, reverse=True)


def _comment(dice: random.Random, post: Post, number: int, parent: Comment | None) -> Comment:
    kind = dice.random()
    removed_by = "deleted" if kind < 0.05 else "moderator" if kind < 0.08 else None
    body = " ".join(dice.sample(phrases.SENTENCES, dice.randint(1, 3))).format(c="it", n=dice.randint(2, 90))
    # An author who leaves takes the name along; a moderator leaves it.
    gone = {"deleted": "[deleted]", "moderator": "[removed]"}
    return Comment(
        id=base36(post.created * 8_192 + number),
        post=post,
        parent=parent.id if parent else None,
        depth=parent.depth + 1 if parent else 0,
        body=gone.get(removed_by or "", body),
        author="[deleted]" if removed_by else f"{dice.choice(phrases.NAMES)}_{dice.randrange(1000)}",
        created=(parent.created if parent else post.created) + dice.randrange(60, _DAYS // 10),
        score=int(dice.paretovariate(1.0)) - 2,
        removed_by=removed_by,
    )
