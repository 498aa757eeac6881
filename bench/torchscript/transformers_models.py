"""Small models of the transformers library, with padded batches of text, images and sound."""

import torch
import transformers
from torch import Tensor, nn

TEXT = dict(vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=64)
DECODER = TEXT | dict(num_key_value_heads=2, use_cache=False)
VISION = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, image_size=32, patch_size=8)
STAGES = dict(hidden_sizes=[8, 16, 24, 32], depths=[1, 1, 1, 1])
SOUND = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4, conv_dim=[16] * 7)

TEXTS = {
    "BertModel": ("BertConfig", TEXT),
    "BertForSequenceClassification": ("BertConfig", TEXT),
    "RobertaModel": ("RobertaConfig", TEXT | dict(pad_token_id=1)),
    "DistilBertModel": ("DistilBertConfig", dict(vocab_size=100, dim=32, n_layers=2, n_heads=4, hidden_dim=64, max_position_embeddings=64)),
    "ElectraModel": ("ElectraConfig", TEXT | dict(embedding_size=16)),
    "AlbertModel": ("AlbertConfig", TEXT | dict(embedding_size=16)),
    "MPNetModel": ("MPNetConfig", TEXT | dict(pad_token_id=1)),
    "DebertaV2Model": ("DebertaV2Config", TEXT | dict(relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True)),
    "ModernBertModel": ("ModernBertConfig", TEXT | dict(pad_token_id=0, global_attn_every_n_layers=2, local_attention=4)),
    "MobileBertModel": ("MobileBertConfig", TEXT | dict(embedding_size=16, intra_bottleneck_size=16, true_hidden_size=16)),
    "SqueezeBertModel": ("SqueezeBertConfig", TEXT | dict(embedding_size=32)),
    "LongformerModel": ("LongformerConfig", TEXT | dict(attention_window=4)),
    "FunnelBaseModel": ("FunnelConfig", dict(vocab_size=100, block_sizes=[1, 1], d_model=32, n_head=4, d_head=8, d_inner=64)),
    "XLNetModel": ("XLNetConfig", dict(vocab_size=100, d_model=32, n_layer=2, n_head=4, d_inner=64)),
    "T5EncoderModel": ("T5Config", dict(vocab_size=100, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4)),
    "GPT2LMHeadModel": ("GPT2Config", dict(vocab_size=100, n_embd=32, n_layer=2, n_head=4, n_positions=64, use_cache=False)),
    "GPTNeoXForCausalLM": ("GPTNeoXConfig", TEXT | dict(use_cache=False)),
    "LlamaForCausalLM": ("LlamaConfig", DECODER),
    "Qwen2ForCausalLM": ("Qwen2Config", DECODER),
    "GemmaForCausalLM": ("GemmaConfig", DECODER | dict(head_dim=8)),
    "OPTModel": ("OPTConfig", dict(vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, ffn_dim=64, max_position_embeddings=64, word_embed_proj_dim=32, use_cache=False)),
}
IMAGES = {
    "ViTModel": ("ViTConfig", VISION, 32),
    "DeiTModel": ("DeiTConfig", VISION, 32),
    "BeitModel": ("BeitConfig", VISION | dict(use_relative_position_bias=True), 32),
    "Dinov2Model": ("Dinov2Config", VISION, 32),
    "CLIPVisionModel": ("CLIPVisionConfig", VISION, 32),
    "SiglipVisionModel": ("SiglipVisionConfig", VISION, 32),
    "YolosForObjectDetection": ("YolosConfig", VISION | dict(image_size=[32, 32], num_detection_tokens=5), 32),
    "DPTForDepthEstimation": ("DPTConfig", VISION | dict(num_hidden_layers=4, backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[8, 16, 24, 32], fusion_hidden_size=16), 32),
    "SegformerForSemanticSegmentation": ("SegformerConfig", dict(hidden_sizes=[8, 16, 24, 32], num_attention_heads=[1, 2, 2, 4], depths=[1, 1, 1, 1], decoder_hidden_size=32), 64),
    "MobileViTModel": ("MobileViTConfig", dict(hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 8, 16, 16, 24, 32, 64], num_attention_heads=4, image_size=64), 64),
    "ResNetModel": ("ResNetConfig", STAGES | dict(embedding_size=8), 32),
    "ConvNextModel": ("ConvNextConfig", STAGES, 32),
    "PoolFormerModel": ("PoolFormerConfig", STAGES, 32),
    "LevitModel": ("LevitConfig", dict(hidden_sizes=[16, 32, 48], num_attention_heads=[2, 4, 6], key_dim=[8, 8, 8], depths=[1, 1, 1], image_size=64), 64),
}
SOUNDS = {"Wav2Vec2Model": ("Wav2Vec2Config", SOUND), "HubertModel": ("HubertConfig", SOUND)}


class Positional(nn.Module):
    """Inputs by position, as tracing gives them; outputs as a dict of tensors."""

    def __init__(self, model: nn.Module, names: tuple[str, ...]):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *inputs: Tensor) -> dict[str, Tensor]:
        output = self.model(**dict(zip(self.names, inputs)), return_dict=True)
        return {name: value for name, value in output.items() if isinstance(value, Tensor)}


def made(name: str, config: str, options: dict, attention: str, *names: str) -> nn.Module:
    configured = getattr(transformers, config)(**options)
    configured._attn_implementation = attention
    return Positional(getattr(transformers, name)(configured), names)


def padded_ids(batch: int) -> tuple[Tensor, Tensor]:
    mask = torch.ones(batch, 9, dtype=torch.long)
    mask[0, -2:] = 0
    return torch.randint(3, 100, (batch, 9)), mask


def models(attention: str) -> dict:
    texts = {
        name: lambda name=name, given=given: (made(name, *given, attention, "input_ids", "attention_mask"), [padded_ids(2), padded_ids(3)], "")
        for name, given in TEXTS.items()
    }
    images = {
        name: lambda name=name, config=config, options=options, size=size: (made(name, config, options, attention, "pixel_values"), [(torch.rand(batch, 3, size, size),) for batch in (2, 3)], "")
        for name, (config, options, size) in IMAGES.items()
    }
    sounds = {
        name: lambda name=name, given=given: (made(name, *given, attention, "input_values"), [(torch.randn(batch, 4000),) for batch in (2, 3)], "")
        for name, given in SOUNDS.items()
    }
    return texts | images | sounds
