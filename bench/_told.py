"""How the benchmarks say what they found: one line for each figure, with the goal it is held against."""


def tell(name: str, figure: str, goal: str = "") -> None:
    """Print `name  figure  goal`."""
    print(f"{name:<62} {figure:>22}   {goal}".rstrip(), flush=True)


def tell_ratio(name: str, ratio: float, goal: str) -> None:
    """Print a ratio and what it should be."""
    tell(name, f"{ratio:.2f}", f"goal {goal}")
