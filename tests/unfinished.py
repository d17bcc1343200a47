"""What a room hands over, as tests read it."""

from accounts.unfinished import Item, Provider


def left(*providers: Provider) -> dict[str, list[Item]]:
    """The items of every stock that holds any, by kind and state. Counts, items and the oldest have to agree."""
    found = {}
    for stock in (stock for provider in providers for stock in provider()):
        count, oldest = stock.counted()
        items = list(stock.items())
        assert len(items) == count
        assert all(item.number and item.since for item in items)
        assert oldest == min((item.since for item in items if item.since), default=None)
        if items:
            found[f"{stock.kind}：{stock.state}"] = items
    return found


def numbers(*providers: Provider) -> dict[str, list[str]]:
    return {words: [item.number for item in items] for words, items in left(*providers).items()}
