"""What was publicly known of providers' data policies on one day: the fallback where no newer word can be had.

From OpenRouter's public feed of data policies as recorded on that day. Its documentation's table of four days
earlier agreed in all rows that could be compared, about forty.
It is what OpenRouter says of a provider as a whole: one endpoint may keep more or less than the others.
None, an empty place or an empty list mean that the feed does not say; a provider that is missing here was not in it.
Nobody checked these claims, they grow old, and the user may correct any row.
It is longer than most because it is data.
"""

from __future__ import annotations

from typing import Final, NamedTuple

AS_OF: Final = "2026-09-28"
SOURCE: Final = "OpenRouter's provider list"


class Row(NamedTuple):
    """One provider. `days` is how long prompts are kept where they are; places are ISO 3166-1 country codes."""

    slug: str
    name: str
    trains: bool | None
    retains: bool | None
    days: int | None
    publishes: bool | None
    headquarters: str
    datacenters: tuple[str, ...]
    as_of: str = AS_OF


# fmt: off
ROWS: Final[tuple[Row, ...]] = (
    # slug, name, trains, retains, days, publishes, headquarters, datacenters
    Row("aion-labs", "AionLabs", False, True, 30, False, "IL", ()),
    Row("akashml", "AkashML", False, False, None, False, "", ()),
    Row("alibaba", "Alibaba Cloud Int.", False, True, None, False, "SG", ("SG", "CN")),
    Row("amazon-bedrock", "Amazon Bedrock", False, False, None, False, "US", ()),
    Row("anthropic", "Anthropic", False, True, 30, False, "US", ()),
    Row("arcee-ai", "Arcee AI", False, True, None, False, "US", ("US",)),
    Row("assemblyai", "AssemblyAI", False, True, None, False, "", ("US",)),
    Row("atlas-cloud", "AtlasCloud", False, True, None, False, "US", ()),
    Row("azure", "Azure", False, False, None, False, "US", ()),
    Row("baidu", "Baidu Qianfan", False, True, None, False, "CN", ()),
    Row("baseten", "Baseten", False, False, None, False, "US", ()),
    Row("black-forest-labs", "Black Forest Labs", False, True, 30, False, "", ()),
    Row("cerebras", "Cerebras", False, False, None, False, "US", ()),
    Row("chutes", "Chutes", False, True, None, False, "US", ()),
    Row("claude-on-aws", "Claude Platform on AWS", False, True, 30, False, "US", ()),
    Row("cloudflare", "Cloudflare", False, True, None, False, "US", ()),
    Row("cohere", "Cohere", False, True, 30, False, "US", ()),
    Row("coreweave", "CoreWeave", False, False, None, False, "US", ("US",)),
    Row("crusoe", "Crusoe", False, False, None, False, "US", ()),
    Row("darkbloom", "Darkbloom", False, True, None, False, "", ()),
    Row("decart", "Decart", False, False, None, False, "US", ("US",)),
    Row("deepgram", "Deepgram", False, False, None, False, "", ()),
    Row("deepinfra", "DeepInfra", False, False, None, False, "US", ()),
    Row("deepseek", "DeepSeek", True, True, None, False, "CN", ()),
    Row("dekallm", "DekaLLM", False, False, None, False, "ID", ("ID",)),
    Row("digitalocean", "DigitalOcean", False, False, None, False, "", ()),
    Row("fireworks", "Fireworks", False, False, None, False, "US", ()),
    Row("fish-audio", "Fish Audio", False, False, None, False, "", ()),
    Row("friendli", "Friendli", False, True, None, False, "US", ()),
    Row("gmicloud", "GMICloud", False, True, None, False, "US", ("US",)),
    Row("google-ai-studio", "Google AI Studio", False, True, 55, False, "US", ()),
    Row("google-vertex", "Google Vertex", False, False, None, False, "US", ()),
    Row("groq", "Groq", False, False, None, False, "US", ()),
    Row("heygen", "HeyGen", False, True, None, False, "US", ()),
    Row("inception", "Inception", False, False, None, False, "", ()),
    Row("inceptron", "Inceptron", False, False, None, False, "SE", ("FI",)),
    Row("inference-net", "inference.net", False, False, None, False, "US", ()),
    Row("io-net", "io.net", False, False, None, False, "US", ()),
    Row("ionstream", "Ionstream", False, False, None, False, "US", ("US",)),
    Row("krea", "Krea", False, False, None, False, "US", ()),
    Row("liquid", "Liquid", True, True, None, False, "", ()),
    Row("makora", "Makora", False, False, None, False, "", ()),
    Row("mancer", "Mancer", False, False, None, False, "", ()),
    Row("mara", "MARA", False, False, None, False, "US", ("US",)),
    Row("meta", "Meta", False, True, 30, False, "US", ()),
    Row("minimax", "MiniMax", False, True, None, False, "SG", ("US",)),
    Row("mistral", "Mistral", False, True, 30, False, "FR", ()),
    Row("modal", "Modal", False, False, None, False, "US", ()),
    Row("modelrun", "ModelRun [by Modular]", False, False, None, False, "US", ("US",)),
    Row("moonshotai", "Moonshot AI", False, False, None, False, "SG", ("SG",)),
    Row("morph", "Morph", False, False, None, False, "US", ("US",)),
    Row("near-ai", "NEAR AI", False, False, None, False, "", ()),
    Row("nebius", "Nebius Token Factory", False, False, None, False, "NL", ()),
    Row("nextbit", "NextBit", False, False, None, False, "ES", ("ES",)),
    Row("novita", "NovitaAI", False, False, None, False, "US", ()),
    Row("nvidia", "NVIDIA", True, True, None, False, "US", ("US",)),
    Row("open-inference", "Open Inference", False, False, None, False, "US", ()),
    Row("openai", "OpenAI", False, True, None, False, "US", ()),
    Row("parasail", "Parasail", False, False, None, False, "US", ()),
    Row("perceptron", "Perceptron", False, False, None, False, "US", ()),
    Row("perplexity", "Perplexity", False, False, None, False, "US", ()),
    Row("phala", "Phala", False, False, None, False, "US", ()),
    Row("poolside", "Poolside", False, True, None, False, "", ()),
    Row("primeintellect", "Prime Intellect", False, False, None, False, "", ()),
    Row("recraft", "Recraft", False, True, None, False, "", ()),
    Row("reka", "Reka AI", False, False, None, False, "", ()),
    Row("relace", "Relace", False, False, None, False, "", ()),
    Row("respan", "Respan", False, True, None, False, "", ()),
    Row("runway", "Runway", False, True, None, False, "US", ()),
    Row("sail-research", "Sail Research", False, False, None, False, "US", ()),
    Row("sakana", "Sakana", False, True, None, False, "", ()),
    Row("sambanova", "SambaNova", False, False, None, False, "US", ()),
    Row("seed", "Seed", False, False, None, False, "SG", ()),
    Row("siliconflow", "SiliconFlow", False, False, None, False, "SG", ("US",)),
    Row("sourceful", "Sourceful", False, True, 30, False, "", ()),
    Row("stealth", "Stealth", True, True, None, False, "", ()),
    Row("stepfun", "StepFun", False, True, None, False, "", ()),
    Row("streamlake", "StreamLake", False, True, None, False, "CN", ()),
    Row("tencent", "Tencent Cloud", False, False, None, False, "CN", ("SG",)),
    Row("thinkingmachines", "Thinking Machines", True, True, None, False, "", ()),
    Row("together", "Together", False, False, None, False, "US", ()),
    Row("typesafe", "TypeSafe", False, False, None, False, "", ()),
    Row("unbiased", "Unbiased", False, True, 30, False, "", ()),
    Row("upstage", "Upstage", False, True, None, False, "", ()),
    Row("venice", "Venice", False, False, None, False, "US", ("US",)),
    Row("voyageai", "Voyage AI by MongoDB", False, True, None, False, "", ()),
    Row("wafer", "Wafer", False, False, None, False, "US", ()),
    Row("xai", "SpaceXAI", False, True, 30, False, "US", ()),
    Row("xiaomi", "Xiaomi", False, True, 30, False, "CN", ("SG", "NL")),
    Row("z-ai", "Z.ai", False, False, None, False, "SG", ("SG",)),
)
# fmt: on
